create table book (id integer primary key, title text not null, author integer not null references author);
insert into author(name) values ('Le Guin');
