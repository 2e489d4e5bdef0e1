-- Looks up what the roster of a class says about a student's name and team.
--
-- class: the key of the class's row.
-- student: the user id as it is stored; a pseudonymous class stores the pseudonym.
-- Returns one row if the class has a roster: then only the roster gives teams, so the team is null for a student whom it
-- does not list. Returns no row for a class without a roster: then events give names and teams. A pseudonymous class keeps
-- no names.
CREATE OR REPLACE FUNCTION roster_names(class integer, student text)
RETURNS TABLE (has_roster boolean, user_name text, team_name text)
LANGUAGE sql STABLE AS $$
    SELECT true, CASE WHEN NOT policy.pseudonymous THEN line.user_name END, line.team_name
    FROM class_policies AS policy
    LEFT JOIN LATERAL (
        SELECT roster.user_name, roster.team_name FROM roster
        WHERE roster.class_id = class AND roster.user_id = student COLLATE "C"
        UNION ALL
        -- Also found in a class that is no longer pseudonymous, or was not when the student's events were stored.
        SELECT roster.user_name, roster.team_name FROM roster
        WHERE roster.class_id = class AND roster.pseudonym = student COLLATE "C"
        UNION ALL
        -- A guest whom a teacher has linked to a line of the roster.
        SELECT roster.user_name, roster.team_name FROM guests
        JOIN roster ON roster.class_id = guests.class_id AND roster.user_id = guests.roster_user_id
        WHERE guests.class_id = class AND student COLLATE "C" IN (guests.user_id, guests.pseudonym)
        LIMIT 1
    ) AS line ON true
    WHERE policy.class_id = class AND EXISTS (SELECT FROM roster WHERE roster.class_id = class)
$$;
