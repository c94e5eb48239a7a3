"""Alarms: when one is evaluated, on what, which state follows, and which messages are sent.

evaluator                 the thread that evaluates the metric alarms that are due
metric_alarm_definition   an alarm's configuration and threshold
metric_alarm_evaluation   the windows of time, and the result
missing_data              what missing data points count for: the state
reason                    the sentence, and the data, that say why
alarm_book, alarm_history every change of state or configuration, composite alarms included
composite_rule            the rule of a composite alarm
action_runner             the thread that runs the actions, in their order
actions, notification     the messages to SNS and Lambda
alarm_validation          what is refused by name
alarm_search              what the Describe operations find
"""
