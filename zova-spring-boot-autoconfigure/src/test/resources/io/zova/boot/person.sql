create table person (id integer primary key, name text, age integer, active boolean);
