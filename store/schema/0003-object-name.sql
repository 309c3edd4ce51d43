-- What a node of OPC UA is called, where its identifier is no number.
ALTER TABLE fact ADD COLUMN object_name BLOB NOT NULL DEFAULT x'';
