-- One for each order a page can be asked in, ties by id, read backwards for the descending ones. More would make every
-- write dearer: a page filtered by something else reads on in its order until it is full.
CREATE INDEX students_by_name ON students (name, id);
CREATE INDEX students_by_gpa ON students (gpa, id);
CREATE INDEX students_by_created_at ON students (created_at, id);
CREATE INDEX students_by_domain ON students (domain, id);
