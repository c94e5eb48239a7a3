"""Console: the page in a browser that shows the app, and changes it, by AWS APIs alone.

`serving` puts it together and guards it. One poller of `looking` looks at the account for all open pages;
each part of a page then asks for itself anew. `changes` carries out what a person asks for, and keeps a
journal of it. `pages` has a module for each page; the other packages have what the pages show.
"""
