"""Visitors for Locust, who ask one address again and again.

    locust --locustfile locustfile.py --headless --users 32 --run-time 10s --host http://127.0.0.1:8000

On many machines: one with `--master --expect-workers 2`, and two with `--worker --master-host HOST`.
"""

import os

from locust import FastHttpUser, constant, task


# ANCHOR: visitor
class Visitor(FastHttpUser):
    wait_time = constant(0)  # asks again as soon as the answer is there: a closed loop

    @task
    def ask(self):
        self.client.get(os.environ.get("ASKED", "/async"))
# ANCHOR_END: visitor
