--liquibase formatted sql

--changeset zova:1
create table author (id integer primary key, name text not null unique);
--rollback drop table author;

--changeset zova:2
insert into author(name) values ('Lem');
insert into author(name) values ('Le Guin');
