-- A trigger: a student's token that is deleted is revoked. Its id stays until the token would have expired, without the
-- student, so that ingest refuses the token also after the student was erased.
--
-- Returns nothing that matters: it runs after the deletion.
CREATE OR REPLACE FUNCTION remember_revoked_token()
RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    INSERT INTO revoked_tokens (id, class_id, expires_at)
    SELECT OLD.id, OLD.class_id, OLD.expires_at WHERE OLD.expires_at > now()
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
