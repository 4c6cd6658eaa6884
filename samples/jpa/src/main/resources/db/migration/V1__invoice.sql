create table invoice (
	id integer primary key,
	number text not null unique,
	scan text not null
);
