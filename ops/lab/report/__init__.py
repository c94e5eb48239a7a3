"""Reports of the lab: one page that needs no network, with charts. Knows neither drills nor files."""
