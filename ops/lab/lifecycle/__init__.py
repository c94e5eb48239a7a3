"""Life of the lab as a whole: what it needs, bringing it up and taking it down, with all of its processes."""
