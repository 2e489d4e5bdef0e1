-- Replaces a student's id in the audit log by a keyed hash: what was done stays known, about whom does not.
--
-- class: the class's id.
-- ids: all ids of the student.
-- replacement: the keyed hash.
-- Returns how many entries were changed.
CREATE OR REPLACE FUNCTION pseudonymise_audit(class text, ids text[], replacement text) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM set_config('classpulse.audit', 'permitted', true);
    UPDATE audit_log SET subject = replacement WHERE audit_log.class_name = class AND audit_log.subject = ANY (ids);
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('classpulse.audit', '', true);
    RETURN changed;
END
$$;
