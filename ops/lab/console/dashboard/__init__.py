"""Dashboard: a CloudWatch dashboard of the app, drawn from its own body by the documented syntax.

`body` reads the JSON, a module each the kinds of widgets, `metric_queries` asks for all metrics at once, and
`reading` keeps what came. What is not drawn is named, in the widget or above all of them.
"""
