"""The cases of the benchmark as Locust users: `CASE=small locust -f locustfile.py FastClient`."""

import os
import random

from locust import FastHttpUser, HttpUser, constant, task

CASE = os.environ["CASE"]
HEADERS = {
    "Accept": "*/*",
    "User-Agent": "proctor/0.1.0",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-02",
    "X-Request-Id": "0af7651916cd43dd8448eb211c80319c",
}


def ask(user):
    if CASE == "post":
        number = random.randint(1000, 9999)
        student = {
            "name": f"Test User {number}",
            "domain": "Engineering",
            "gpa": 8.25,
            "email": f"testuser{number}@example.com",
        }
        user.client.post("/created", json=student, headers=HEADERS)
    else:
        user.client.get("/list" if CASE == "list" else "/students", headers=HEADERS)


class HttpClient(HttpUser):
    wait_time = constant(0)

    @task
    def work(self):
        ask(self)


class FastClient(FastHttpUser):
    wait_time = constant(0)

    @task
    def work(self):
        ask(self)
