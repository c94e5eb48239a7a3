"""Functions of queries whose value follows from their arguments alone, by their names in lower case.

Their tables are in "Boolean, comparison, numeric, datetime, and other functions" (user guide).

    definition   what a function is to the compiler
    numbers      numeric functions
    texts        functions of strings, and what encodes and decodes them
    documents    JSON functions
    addresses    functions of IP addresses
    choices      functions that look whether there is a value, or which

Those that round times or know the query's own time are in `special_forms`, beside the expressions.
Not here: parseDate and formatDate, whose patterns are those of other languages.
"""
