-- Refuses to change or delete an entry of the audit log: a trigger of audit_log calls it.
--
-- Only pseudonymise_audit() and forget_audit() may, while they run.
-- Returns the row that may be changed.
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('classpulse.audit', true), '') <> 'permitted' THEN
        RAISE EXCEPTION 'the audit log is append-only';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
