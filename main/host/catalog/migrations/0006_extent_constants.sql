-- The value of all rows of an extent, as text, where it stands in the file's path and not in the file.
ALTER TABLE extent_columns ADD COLUMN constant TEXT;
