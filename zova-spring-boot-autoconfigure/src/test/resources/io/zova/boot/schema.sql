create table init (v text);
insert into init values ('a'), ('b');
