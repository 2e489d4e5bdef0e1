-- Deletes the entries of the audit log that are older than its retention period.
--
-- before: the instant before which entries are deleted.
-- Returns how many there were.
CREATE OR REPLACE FUNCTION forget_audit(before timestamptz) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    deleted bigint;
BEGIN
    PERFORM set_config('classpulse.audit', 'permitted', true);
    DELETE FROM audit_log WHERE at < before;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    PERFORM set_config('classpulse.audit', '', true);
    RETURN deleted;
END
$$;
