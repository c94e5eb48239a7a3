"""Tools for the S3 pipeline: upload files, follow them through the files table, prove what was delivered."""
