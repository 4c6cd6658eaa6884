alter table book add column year integer;
create index book_title on book (title);
