"""Flask and sqlite3, the seed's stack: a connection for each request. Started with DATABASE set."""
import os
import sqlite3

from flask import Flask, jsonify, request

DATABASE = os.environ["DATABASE"]
COLUMNS = ("id", "name", "domain", "gpa", "email")


def connect():
    return sqlite3.connect(DATABASE, timeout=30)


def create_app():
    app = Flask(__name__)
    with connect() as db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS students (id INTEGER PRIMARY KEY AUTOINCREMENT,"
            " name TEXT, domain TEXT, gpa REAL, email TEXT UNIQUE)"
        )

    @app.get("/students")
    def list_students():
        db = connect()
        rows = db.execute("SELECT id, name, domain, gpa, email FROM students").fetchall()
        db.close()
        return jsonify([dict(zip(COLUMNS, row)) for row in rows])

    @app.post("/students")
    def add_student():
        student = request.get_json()
        db = connect()
        values = [student[column] for column in COLUMNS[1:]]
        cursor = db.execute("INSERT INTO students (name, domain, gpa, email) VALUES (?, ?, ?, ?)", values)
        db.commit()
        db.close()
        return jsonify({"id": cursor.lastrowid, **student}), 201

    @app.delete("/students/<int:student_id>")
    def remove_student(student_id):
        db = connect()
        db.execute("DELETE FROM students WHERE id = ?", [student_id])
        db.commit()
        db.close()
        return "", 204

    return app
