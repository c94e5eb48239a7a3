"""Sets how many files are processed at a time, by the depth of the queue."""
