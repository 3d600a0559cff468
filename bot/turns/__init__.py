"""What one conversation sent within the collecting time, and all it causes.

`inbox` stores, `turn` decides once under a lease, `carry_out` turns decisions into rows of the same
transaction, `outbox` delivers after the commit, `timers` makes silence speak, `worker` is the loop around them.
"""
