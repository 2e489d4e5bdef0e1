-- Marks the progress of teachers of a class who have sent their first event.
--
-- incoming: the events of a batch, as parse_facts() returns them; a student without an earlier event has no student_id.
--
-- A student who has events already is marked when the members, the roster or the guests of the class change.
CREATE OR REPLACE FUNCTION mark_teachers(incoming new_fact[]) RETURNS void
LANGUAGE sql AS $$
    UPDATE progress SET is_teacher = true
    FROM (
        SELECT DISTINCT class_id, user_id FROM unnest(incoming) WHERE student_id IS NULL
    ) AS newcomer
    JOIN students ON students.class_id = newcomer.class_id AND students.user_id = newcomer.user_id
    WHERE progress.student_id = students.id AND is_class_teacher(newcomer.class_id, newcomer.user_id);
$$;
