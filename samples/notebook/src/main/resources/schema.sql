create table if not exists document (
	id integer primary key,
	title text not null,
	content_type text not null,
	content text not null,
	added text not null
);
create index if not exists document_content on document (content);
