-- The change that the rule's author suggests: {"start_line", "start_column", "end_line", "end_column", "replacement", "file_digest"}. Only shown
-- and exported, never searched. Of every partition, those that exist and those to come.
alter table findings add column fix jsonb;
