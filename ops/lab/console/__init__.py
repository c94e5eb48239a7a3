"""Console: the page in a browser that shows the app, and changes it, by AWS APIs alone.

`app` puts it together. One `poller` looks at the account for all open pages; `feed` tells them that it has
looked, and each fragment of a page then asks for itself anew. `pages` has a module for each page.
"""
