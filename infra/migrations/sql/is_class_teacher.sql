-- Looks up whether a student's id belongs to a teacher of the class: a member, or an address that was appointed.
--
-- class: the key of the class's row.
-- student: the user id as it is stored; a pseudonymous class stores the pseudonym.
-- Returns true also for a guest whom a teacher has linked to a line of the roster that is a member's address.
CREATE OR REPLACE FUNCTION is_class_teacher(class integer, student text) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM class_teachers
        WHERE class_teachers.class_id = class AND class_teachers.email = lower(student) COLLATE "C"
    ) OR EXISTS (
        SELECT FROM class_teachers
        WHERE class_teachers.class_id = class AND class_teachers.pseudonym = student COLLATE "C"
    ) OR EXISTS (
        SELECT FROM guests
        JOIN class_teachers ON class_teachers.class_id = guests.class_id
            AND class_teachers.email = lower(guests.roster_user_id) COLLATE "C"
        WHERE guests.class_id = class AND student COLLATE "C" IN (guests.user_id, guests.pseudonym)
    )
$$;
