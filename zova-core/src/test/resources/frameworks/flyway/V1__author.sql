create table author (id integer primary key, name text not null unique);

create table author_log (author integer not null, noted text not null);

create trigger author_added after insert on author begin
	insert into author_log values (new.id, 'added; by trigger');
	select 1;
end;
