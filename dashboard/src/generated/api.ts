/* Generated from classpulse.apps.openapi by `make wire-types`: do not edit. */

export interface paths {
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a batch of events
         * @description Accept 1 to 100 events, at most 1 MiB. Bad events are rejected individually; the others are durably queued.
         *
         *     An optional field that is not valid is ignored, and named in `warnings`; only a bad `classId` costs the event.
         */
        post: operations["send_events_api_v1_events_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/keyed/{pathKey}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a batch of events with a path key
         * @description The same for clients that cannot set a header: the key in the path replaces `Authorization`, which is ignored.
         */
        post: operations["send_keyed_events_api_v1_keyed__pathKey__events_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the classes that the caller may see */
        get: operations["list_classes_api_v1_classes_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the progress of a class, now or at a past instant */
        get: operations["read_class_api_v1_classes__classId__progress_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/students/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the progress of a student, cell by cell */
        get: operations["read_student_api_v1_classes__classId__students__userId__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the stored events, page by page */
        get: operations["read_events_api_v1_classes__classId__events_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/activity": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the activity of a class, minute by minute */
        get: operations["read_activity_api_v1_classes__classId__activity_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/notebooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the notebooks of a class */
        get: operations["list_notebooks_api_v1_classes__classId__notebooks_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/absent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the students on the roster who have sent nothing */
        get: operations["list_absent_api_v1_classes__classId__absent_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/grid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read students by cells of a notebook, now or at a past instant */
        get: operations["read_grid_api_v1_classes__classId__grid_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the common errors of a class, newest first */
        get: operations["read_errors_api_v1_classes__classId__errors_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/pace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the quartiles of solved cells, minute by minute */
        get: operations["read_pace_api_v1_classes__classId__pace_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/difficulty": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read runs, errors and solutions of each cell */
        get: operations["read_difficulty_api_v1_classes__classId__difficulty_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/students/{userId}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a student's events, newest first */
        get: operations["read_timeline_api_v1_classes__classId__students__userId__timeline_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/classes/{classId}/students/{userId}/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Claim, release, resolve or snooze a student, or leave a note */
        post: operations["change_attention_api_v1_classes__classId__students__userId__attention_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/data": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export what is stored about me; the bearer is the student's own token */
        get: operations["export_my_data_api_v1_me_data_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me/withdraw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Withdraw consent; the bearer is the student's own token */
        post: operations["withdraw_consent_api_v1_me_withdraw_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the ways to sign in */
        get: operations["methods_api_v1_session_methods_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in */
        post: operations["sign_in_api_v1_session_post"];
        /** Sign out */
        delete: operations["sign_out_api_v1_session_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rotate the refresh token and return an access token */
        post: operations["refresh_api_v1_session_refresh_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a one-time link */
        post: operations["make_link_api_v1_session_links_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a ticket for the WebSocket */
        post: operations["make_ticket_api_v1_session_tickets_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End all sign-ins of the caller */
        delete: operations["end_all_api_v1_session_all_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the caller's password */
        put: operations["change_password_api_v1_session_password_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sign in with the identity provider */
        get: operations["to_provider_api_v1_session_oidc_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish the sign-in with the identity provider */
        get: operations["from_provider_api_v1_session_oidc_callback_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the accounts */
        get: operations["read_accounts_api_v1_manage_accounts_get"];
        put?: never;
        /** Create an account */
        post: operations["create_account_api_v1_manage_accounts_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/accounts/{email}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Disable an account */
        delete: operations["disable_account_api_v1_manage_accounts__email__delete"];
        options?: never;
        head?: never;
        /** Change what an account may do */
        patch: operations["change_account_api_v1_manage_accounts__email__patch"];
        trace?: never;
    };
    "/api/v1/manage/accounts/{email}/sign-ins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End all sign-ins of an account */
        delete: operations["end_sign_ins_api_v1_manage_accounts__email__sign_ins_delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the caller's classes */
        get: operations["read_classes_api_v1_manage_classes_get"];
        put?: never;
        /** Register a class */
        post: operations["register_api_v1_manage_classes_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a class's settings */
        get: operations["read_class_api_v1_manage_classes__classId__get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Change a class's settings */
        patch: operations["change_api_v1_manage_classes__classId__patch"];
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the members */
        get: operations["read_members_api_v1_manage_classes__classId__members_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/members/{email}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Appoint a member */
        put: operations["appoint_api_v1_manage_classes__classId__members__email__put"];
        post?: never;
        /** Dismiss a member */
        delete: operations["dismiss_api_v1_manage_classes__classId__members__email__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the keys */
        get: operations["read_keys_api_v1_manage_classes__classId__keys_get"];
        put?: never;
        /** Create a key */
        post: operations["make_key_api_v1_manage_classes__classId__keys_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a key */
        delete: operations["revoke_key_api_v1_manage_classes__classId__keys__keyId__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/roster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the roster */
        get: operations["read_roster_api_v1_manage_classes__classId__roster_get"];
        /** Replace the roster */
        put: operations["replace_roster_api_v1_manage_classes__classId__roster_put"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/student-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create student tokens */
        post: operations["student_tokens_api_v1_manage_classes__classId__student_tokens_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/personal-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create personal codes, each for one join */
        post: operations["personal_codes_api_v1_manage_classes__classId__personal_codes_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/guests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the guests: students who joined with the class key */
        get: operations["read_guests_api_v1_manage_classes__classId__guests_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/guests/{userId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Link a guest to a student on the roster, or unlink it */
        put: operations["link_guest_api_v1_manage_classes__classId__guests__userId__put"];
        post?: never;
        /** Remove a guest and revoke its tokens */
        delete: operations["remove_guest_api_v1_manage_classes__classId__guests__userId__delete"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/join": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Join with a class key or a personal code */
        post: operations["join_api_v1_manage_join_post"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/classes/{classId}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who did what in a class */
        get: operations["read_audit_of_class_api_v1_manage_classes__classId__audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read who did what in all classes */
        get: operations["read_audit_api_v1_manage_audit_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/manage/retention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what retention has removed, and when */
        get: operations["read_retention_api_v1_manage_retention_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * Absent
         * @description The students on the roster who have sent nothing, sorted by user id.
         */
        Absent: {
            /** Classid */
            classId: string;
            /** Students */
            students: components["schemas"]["AbsentStudent"][];
        };
        /**
         * AbsentStudent
         * @description A student on the roster who has sent nothing.
         */
        AbsentStudent: {
            /**
             * Userid
             * @description as events would name the student: the pseudonym in a pseudonymous class
             */
            userId: string;
            /**
             * Username
             * @description null in a pseudonymous class
             */
            userName: string | null;
            /** Teamname */
            teamName: string | null;
        };
        /**
         * Accepted
         * @description The response to a batch that was accepted, completely or in part.
         */
        Accepted: {
            /** Message */
            message: string;
            /** Processed Count */
            processed_count: number;
            /** Rejected */
            rejected: components["schemas"]["Rejected"][];
            /** Warnings */
            warnings: components["schemas"]["Ignored"][];
        };
        /**
         * AccountChange
         * @description What the account may do from now on.
         */
        AccountChange: {
            /** Maycreateclasses */
            mayCreateClasses: boolean;
        };
        /**
         * AccountList
         * @description The accounts.
         */
        AccountList: {
            /** Accounts */
            accounts: components["schemas"]["AccountView"][];
        };
        /**
         * AccountView
         * @description An account.
         */
        AccountView: {
            /** Email */
            email: string;
            /** Name */
            name: string;
            /** Disabled */
            disabled: boolean;
            /** Maycreateclasses */
            mayCreateClasses: boolean;
        };
        /**
         * Activity
         * @description The activity of a class, minute by minute, oldest first.
         */
        Activity: {
            /** Classid */
            classId: string;
            /** Minutes */
            minutes: components["schemas"]["Minute"][];
        };
        /**
         * Appointment
         * @description A role in a class; teamName: limits an assistant to this team.
         */
        Appointment: {
            role: components["schemas"]["Role"];
            /** Teamname */
            teamName?: string | null;
        };
        /**
         * Attention
         * @description A student's place in the help queue, as teachers set it. Times are by the server's clock.
         *
         *     `resolved_errors` and `resolved_help` are the student's number of errors and raised hand when a teacher resolved
         *     the problem: only newer ones count again.
         */
        Attention: {
            /** Claimedby */
            claimedBy: string | null;
            /** Claimedat */
            claimedAt: string | null;
            /** Snoozeduntil */
            snoozedUntil: string | null;
            /** Resolvedat */
            resolvedAt: string | null;
            /**
             * Resolvederrors
             * @default 0
             */
            resolvedErrors: number;
            /** Resolvedhelp */
            resolvedHelp: string | null;
            /** Note */
            note: string | null;
        };
        /**
         * AuditLine
         * @description Who did what about whom. subject: a user id or an address; of an erased student, a keyed hash.
         */
        AuditLine: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Actor */
            actor: string;
            /** Action */
            action: string;
            /** Classid */
            classId: string | null;
            /** Subject */
            subject: string | null;
            /** Detail */
            detail: {
                [key: string]: unknown;
            };
        };
        /**
         * AuditPage
         * @description Entries, newest first; next: `before` of the next page, null on the last.
         */
        AuditPage: {
            /** Entries */
            entries: components["schemas"]["AuditLine"][];
            /** Next */
            next: number | null;
        };
        /**
         * ByLink
         * @description link: what follows `token=` in a one-time link; replace: also if the browser's cookie is signed in already.
         */
        ByLink: {
            /** Link */
            link: string;
            /**
             * Replace
             * @default false
             */
            replace?: boolean;
        };
        /**
         * ByPassword
         * @description The email address and the password of an account.
         */
        ByPassword: {
            /** Email */
            email: string;
            /** Password */
            password: string;
        };
        /**
         * CellDifficulty
         * @description Runs, errors and solutions of a cell in a period.
         */
        CellDifficulty: {
            /** Notebookpath */
            notebookPath: string;
            /** Cellid */
            cellId: string;
            /** Cellindex */
            cellIndex: number | null;
            /**
             * Students
             * @description number of students who ran it
             */
            students: number;
            /**
             * Solved
             * @description number of students with a successful run
             */
            solved: number;
            /**
             * Failed
             * @description number of students with a failed run
             */
            failed: number;
            /** Runs */
            runs: number;
            /** Errors */
            errors: number;
            /**
             * Medianattempts
             * @description median number of runs up to a student's first success
             */
            medianAttempts: number | null;
        };
        /**
         * CellProgress
         * @description One student's work on one cell.
         */
        CellProgress: {
            /** Notebookpath */
            notebookPath: string;
            /** Cellid */
            cellId: string;
            /** Cellindex */
            cellIndex: number | null;
            status: components["schemas"]["CellStatus"];
            /** Attempts */
            attempts: number;
            /** Errors */
            errors: number;
            /** Lasterrorname */
            lastErrorName: string | null;
            /** Lastrun */
            lastRun: string | null;
        };
        /**
         * CellStatus
         * @description The state of a cell: of its run that has not ended, else of its newest run; aborted: it has never run.
         * @enum {string}
         */
        CellStatus: "queued" | "running" | "waiting" | "ok" | "error" | "interrupted" | "aborted";
        /**
         * Claim
         * @description The teacher is going to help. Refused when another teacher has claimed the student.
         */
        Claim: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "claim";
            /** By */
            by: string;
        };
        /**
         * ClassChange
         * @description Fields that are left out or null stay the same; revokeStudentTokens: revoke all tokens issued until now.
         *
         *     endsOn: null removes the last day.
         */
        ClassChange: {
            /** Title */
            title?: string | null;
            privacy?: components["schemas"]["PrivacyLevel"] | null;
            /** Pseudonymous */
            pseudonymous?: boolean | null;
            /** Redact */
            redact?: boolean | null;
            /** Studentsonly */
            studentsOnly?: boolean | null;
            /** Endson */
            endsOn?: string | null;
            /**
             * Revokestudenttokens
             * @default false
             */
            revokeStudentTokens?: boolean;
        };
        /**
         * ClassLine
         * @description A class in the list.
         */
        ClassLine: {
            /** Classid */
            classId: string;
            /** Revision */
            revision: number;
            /** Students */
            students: number;
            /** Events */
            events: number;
        };
        /**
         * ClassState
         * @description The progress of a class at a revision, or at a past instant.
         */
        ClassState: {
            /** Classid */
            classId: string;
            /** Revision */
            revision: number;
            /** Students */
            students: components["schemas"]["StudentProgress"][];
        };
        /**
         * Classes
         * @description The classes that the caller may see, sorted by name.
         */
        Classes: {
            /** Classes */
            classes: components["schemas"]["ClassLine"][];
        };
        /**
         * Cleared
         * @description level: the level that applies from now on. cleared: how many stored events were reduced to it.
         */
        Cleared: {
            level: components["schemas"]["PrivacyLevel"];
            /** Cleared */
            cleared: number;
        };
        /**
         * CodeList
         * @description The students' codes; no other answer contains them.
         */
        CodeList: {
            /** Codes */
            codes: components["schemas"]["CodeView"][];
        };
        /**
         * CodeView
         * @description A student's personal code; it works once.
         */
        CodeView: {
            /** Userid */
            userId: string;
            /** Code */
            code: string;
            /**
             * Expiresat
             * Format: date-time
             */
            expiresAt: string;
        };
        /**
         * CodeWish
         * @description userIds: students on the roster, by default those who have not joined; days: until the codes expire.
         *
         *     Codes of these students that are not used yet are replaced. Tokens that they have are revoked, unless keepTokens is
         *     true.
         */
        CodeWish: {
            /** Userids */
            userIds?: string[] | null;
            /**
             * Days
             * @default 30
             */
            days?: number;
            /**
             * Keeptokens
             * @default false
             */
            keepTokens?: boolean;
        };
        /**
         * CommonErrors
         * @description The errors of a class in [start, end), newest first.
         */
        CommonErrors: {
            /** Classid */
            classId: string;
            /** Start */
            start: string;
            /** End */
            end: string;
            /** Groups */
            groups: components["schemas"]["ErrorGroup"][];
        };
        /**
         * CsvRoster
         * @description A roster as CSV with the header userId,userName,teamName.
         */
        CsvRoster: {
            /** Csv */
            csv: string;
        };
        /**
         * Difficulty
         * @description The cells of a class in [start, end), sorted by notebook and index.
         */
        Difficulty: {
            /** Classid */
            classId: string;
            /** Start */
            start: string;
            /** End */
            end: string;
            /** Cells */
            cells: components["schemas"]["CellDifficulty"][];
        };
        /**
         * ErrorCode
         * @description The codes of error responses. A code never changes its meaning.
         * @enum {string}
         */
        ErrorCode: "account_exists" | "account_unknown" | "batch_empty" | "batch_too_long" | "body_not_array" | "body_not_json" | "body_too_complex" | "body_too_deep" | "body_too_large" | "class_creation_forbidden" | "class_id_taken" | "class_key_required" | "class_mismatch" | "class_unavailable" | "class_unregistered" | "code_invalid" | "command_invalid" | "connection_unknown" | "content_type_unsupported" | "credentials_invalid" | "event_not_object" | "event_not_plain" | "event_too_large" | "field_ignored" | "field_invalid" | "field_missing" | "guest_unknown" | "internal_error" | "key_full" | "key_invalid" | "key_lookup_unavailable" | "key_missing" | "key_rate_limited" | "key_unknown" | "last_instructor" | "link_invalid" | "message_invalid" | "method_not_allowed" | "not_found" | "no_event_accepted" | "operator_has_no_password" | "page_foreign" | "password_weak" | "password_wrong" | "provider_missing" | "queue_unavailable" | "request_failed" | "request_invalid" | "role_insufficient" | "roster_invalid" | "session_exists" | "sign_in_expired" | "signed_out" | "store_unavailable" | "student_claimed" | "student_mismatch" | "student_not_on_roster" | "student_rate_limited" | "student_token_required" | "student_unknown" | "team_not_allowed" | "token_invalid" | "too_many_attempts" | "user_id_not_allowed";
        /**
         * ErrorExample
         * @description The newest event of a group; code, message and output are null if it has none, or they were deleted.
         */
        ErrorExample: {
            /** Eventid */
            eventId: string;
            /** Eventtime */
            eventTime: string;
            /** Userid */
            userId: string;
            /** Code */
            code: string | null;
            /** Errormessage */
            errorMessage: string | null;
            /** Result */
            result: string | null;
        };
        /**
         * ErrorGroup
         * @description Failed runs of one cell with the same error.
         */
        ErrorGroup: {
            /** Notebookpath */
            notebookPath: string | null;
            /** Cellid */
            cellId: string | null;
            /** Cellindex */
            cellIndex: number | null;
            /** Errorname */
            errorName: string;
            /**
             * Message
             * @description the error's last line, without the parts that differ between students
             */
            message: string;
            /** Students */
            students: number;
            /**
             * Unsolved
             * @description number of these students whose newest run of the cell by `end` failed
             */
            unsolved: number;
            /** Runs */
            runs: number;
            /** Firsttime */
            firstTime: string;
            /** Lasttime */
            lastTime: string;
            example: components["schemas"]["ErrorExample"];
        };
        /**
         * ExportedRosterEntry
         * @description A student's entry on the class's roster; guestIds: the ids of the guests that a teacher linked to the student.
         */
        ExportedRosterEntry: {
            /** Userid */
            userId: string;
            /** Pseudonym */
            pseudonym: string;
            /** Username */
            userName: string | null;
            /** Teamname */
            teamName: string | null;
            /** Joinedat */
            joinedAt: string | null;
            /** Guestids */
            guestIds: string[];
        };
        /**
         * Facts
         * @description A page of stored events, in the order of storing; `next` is the `after` of the next page.
         */
        Facts: {
            /** Events */
            events: components["schemas"]["StoredEvent"][];
            /** Next */
            next: number | null;
        };
        /**
         * Grid
         * @description Students by cells of a notebook at a revision; a client applies the cells of later `progress` messages.
         */
        Grid: {
            /** Classid */
            classId: string;
            /** Notebookpath */
            notebookPath: string;
            /** Revision */
            revision: number;
            /** Columns */
            columns: components["schemas"]["GridColumn"][];
            /** Rows */
            rows: components["schemas"]["GridRow"][];
        };
        /**
         * GridColumn
         * @description A cell of the notebook; columns are sorted by greatest index, then by id.
         */
        GridColumn: {
            /** Cellid */
            cellId: string;
            /** Cellindex */
            cellIndex: number | null;
        };
        /**
         * GridRow
         * @description A student's cells; those never started or run are left out.
         */
        GridRow: {
            /** Userid */
            userId: string;
            /** Cells */
            cells: [
                number,
                components["schemas"]["CellStatus"],
                number,
                number,
                string | null
            ][];
        };
        /**
         * GuestLink
         * @description rosterUserId: the student on the roster that the guest is; null: unlink the guest.
         */
        GuestLink: {
            /** Rosteruserid */
            rosterUserId: string | null;
        };
        /**
         * GuestList
         * @description The guests, those who joined last first.
         */
        GuestList: {
            /** Guests */
            guests: components["schemas"]["GuestView"][];
        };
        /**
         * GuestView
         * @description A student who joined with the class key. Nobody has verified userName until rosterUserId is set.
         *
         *     pseudonym: what the class stores instead of userId, if it is pseudonymous.
         */
        GuestView: {
            /** Userid */
            userId: string;
            /** Pseudonym */
            pseudonym: string;
            /** Username */
            userName: string | null;
            /**
             * Joinedat
             * Format: date-time
             */
            joinedAt: string;
            /** Rosteruserid */
            rosterUserId: string | null;
        };
        /**
         * Ignored
         * @description A field of an accepted event that was ignored, as it is not valid.
         */
        Ignored: {
            /** Index */
            index: number;
            /** Eventid */
            eventId: string | null;
            /** Field */
            field: string;
            /** Warning */
            warning: string;
            code: components["schemas"]["ErrorCode"];
        };
        /**
         * Imported
         * @description How many students an import added, changed and removed.
         */
        Imported: {
            /** Added */
            added: number;
            /** Changed */
            changed: number;
            /** Removed */
            removed: number;
        };
        /**
         * JoinWish
         * @description userName: the name that teachers see of a student who joins with the class key.
         *
         *     userId is refused: the server chooses it for a class key, and a personal code names its student.
         */
        JoinWish: {
            /** Userid */
            userId?: string | null;
            /** Username */
            userName?: string | null;
        };
        /**
         * Joined
         * @description The student's token. verified: whether userId is the student's id on the roster.
         */
        Joined: {
            /** Userid */
            userId: string;
            /** Token */
            token: string;
            /** Verified */
            verified: boolean;
        };
        /**
         * JsonRoster
         * @description A roster as JSON.
         */
        JsonRoster: {
            /** Students */
            students: components["schemas"]["StudentLine"][];
        };
        /**
         * KeyList
         * @description The keys, newest first.
         */
        KeyList: {
            /** Keys */
            keys: components["schemas"]["KeyView"][];
        };
        /**
         * KeyView
         * @description What is stored of a key; hint: its last characters; inPath: whether it is a path key.
         */
        KeyView: {
            /** Keyid */
            keyId: number;
            /** Hint */
            hint: string;
            /** Inpath */
            inPath: boolean;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Expiresat */
            expiresAt: string | null;
            /** Revokedat */
            revokedAt: string | null;
        };
        /**
         * KeyWish
         * @description replaces: the keyId of a key of the same kind, which expires overlapSeconds from now.
         *
         *     inPath: make a path key, for clients that cannot set a header. Anyone who sees an address with such a key can write
         *     events in the name of any student of the class.
         */
        KeyWish: {
            /**
             * Inpath
             * @default false
             */
            inPath?: boolean;
            /** Expiresat */
            expiresAt?: string | null;
            /** Replaces */
            replaces?: number | null;
            /**
             * Overlapseconds
             * @default 0
             */
            overlapSeconds?: number;
        };
        /**
         * Link
         * @description link: what follows `/?token=` in the address; expiresIn: seconds until it expires.
         */
        Link: {
            /** Link */
            link: string;
            /** Expiresin */
            expiresIn: number;
        };
        /**
         * LinkWish
         * @description minutes: until the link expires; email: the account that it signs in, by default the caller's own.
         */
        LinkWish: {
            /**
             * Minutes
             * @default 15
             */
            minutes?: number;
            /** Email */
            email?: string | null;
        };
        /**
         * MemberList
         * @description The members.
         */
        MemberList: {
            /** Members */
            members: components["schemas"]["MemberView"][];
        };
        /**
         * MemberView
         * @description An address with a role in the class. No answer tells whether it has an account already.
         */
        MemberView: {
            role: components["schemas"]["Role"];
            /** Teamname */
            teamName: string | null;
            /** Email */
            email: string;
        };
        /**
         * Methods
         * @description The ways to sign in; oidc: null when no identity provider is configured.
         */
        Methods: {
            /** Password */
            password: boolean;
            oidc: components["schemas"]["Provider"] | null;
        };
        /**
         * Minute
         * @description The totals of a class in one minute of event time.
         */
        Minute: {
            /** Start */
            start: string;
            /** Events */
            events: number;
            /** Runs */
            runs: number;
            /** Errors */
            errors: number;
            /** Students */
            students: number;
        };
        /**
         * MyClass
         * @description A class, and the caller's role in it; teamName: the only team that the caller may see.
         */
        MyClass: {
            /** Title */
            title: string;
            /** @default full */
            privacy: components["schemas"]["PrivacyLevel"];
            /**
             * Pseudonymous
             * @default false
             */
            pseudonymous: boolean;
            /**
             * Redact
             * @default true
             */
            redact: boolean;
            /**
             * Studentsonly
             * @default false
             */
            studentsOnly: boolean;
            /**
             * Endson
             * @description the last day; some time later the class is erased
             */
            endsOn: string | null;
            /** Classid */
            classId: string;
            role: components["schemas"]["Role"];
            /** Teamname */
            teamName: string | null;
        };
        /**
         * MyClasses
         * @description The classes that the caller may see.
         */
        MyClasses: {
            /** Classes */
            classes: components["schemas"]["MyClass"][];
        };
        /**
         * Need
         * @description A reason to help a student; it may lie in the future or in the past.
         */
        Need: {
            kind: components["schemas"]["NeedKind"];
            /**
             * Since
             * @description since when the student has been in this situation
             */
            since: string;
            /**
             * Starts
             * @description from when it counts
             */
            starts: string;
            /**
             * Ends
             * @description when it stops counting unless an event changes it
             */
            ends: string;
            /**
             * Count
             * @description of a streak: the failed runs that no teacher has resolved
             */
            count: number | null;
        };
        /**
         * NeedKind
         * @description Why a student needs help; the most urgent first.
         * @enum {string}
         */
        NeedKind: "hand" | "streak" | "running" | "behind";
        /**
         * NewAccount
         * @description An account; without a password it signs in with a one-time link or the identity provider.
         */
        NewAccount: {
            /** Email */
            email: string;
            /** Name */
            name: string;
            /** Password */
            password?: string | null;
            /**
             * Maycreateclasses
             * @default false
             */
            mayCreateClasses?: boolean;
        };
        /**
         * NewClass
         * @description A class to register; title: its id by default.
         */
        NewClass: {
            /** Title */
            title?: string | null;
            /** @default full */
            privacy?: components["schemas"]["PrivacyLevel"];
            /**
             * Pseudonymous
             * @default false
             */
            pseudonymous?: boolean;
            /**
             * Redact
             * @default true
             */
            redact?: boolean;
            /**
             * Studentsonly
             * @default false
             */
            studentsOnly?: boolean;
            /**
             * Endson
             * @description the last day; some time later the class is erased
             */
            endsOn?: string | null;
            /** Classid */
            classId: string;
        };
        /**
         * NewKey
         * @description A new key; no other answer contains the key itself. path: of the address with a path key; null: a class key.
         */
        NewKey: {
            /** Keyid */
            keyId: number;
            /** Hint */
            hint: string;
            /** Inpath */
            inPath: boolean;
            /**
             * Createdat
             * Format: date-time
             */
            createdAt: string;
            /** Expiresat */
            expiresAt: string | null;
            /** Revokedat */
            revokedAt: string | null;
            /** Key */
            key: string;
            /** Path */
            path: string | null;
        };
        /**
         * Note
         * @description A note for the other teachers; an empty one deletes it.
         */
        Note: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "note";
            /** Note */
            note: string;
        };
        /**
         * NotebookLine
         * @description A notebook of a class.
         */
        NotebookLine: {
            /** Notebookpath */
            notebookPath: string;
            /**
             * Students
             * @description number of students who are in it now
             */
            students: number;
            /** Cells */
            cells: number;
        };
        /**
         * Notebooks
         * @description The notebooks of a class, sorted by number of students, largest first.
         */
        Notebooks: {
            /** Classid */
            classId: string;
            /** Notebooks */
            notebooks: components["schemas"]["NotebookLine"][];
        };
        /**
         * Nothing
         * @description An empty JSON object: a form on another site cannot send JSON, so it cannot make this request.
         */
        Nothing: Record<string, never>;
        /**
         * Pace
         * @description How a class advances through a notebook; students: number who have ever started or run a cell of it.
         */
        Pace: {
            /** Classid */
            classId: string;
            /** Notebookpath */
            notebookPath: string;
            /** Cells */
            cells: number;
            /** Students */
            students: number;
            /** Minutes */
            minutes: components["schemas"]["PaceMinute"][];
        };
        /**
         * PaceMinute
         * @description Quartiles of the number of cells that each student had solved by the end of a minute.
         */
        PaceMinute: {
            /** Start */
            start: string;
            /** Lower */
            lower: number;
            /** Median */
            median: number;
            /** Upper */
            upper: number;
        };
        /**
         * PasswordChange
         * @description old: the present password, unless the account has none.
         */
        PasswordChange: {
            /** Old */
            old?: string | null;
            /** New */
            new: string;
        };
        /**
         * PrivacyLevel
         * @description How much of an event is kept, from most to least.
         *
         *     full: everything. errors: no code or output of successful runs. hash: only a keyed hash of the code and the name
         *     of the error, no output. presence: only who was where, and when.
         * @enum {string}
         */
        PrivacyLevel: "full" | "errors" | "hash" | "presence";
        /**
         * Problem
         * @description The body of an error response; `error` is a fixed text that is safe to show.
         */
        Problem: {
            code: components["schemas"]["ErrorCode"];
            /** Error */
            error: string;
        };
        /**
         * Provider
         * @description The display name of the identity provider.
         */
        Provider: {
            /** Name */
            name: string;
        };
        /**
         * Refused
         * @description The response to a batch of which no event was accepted.
         */
        Refused: {
            /** Error */
            error: string;
            code: components["schemas"]["ErrorCode"];
            /**
             * Processed Count
             * @default 0
             */
            processed_count?: number;
            /**
             * Rejected
             * @default []
             */
            rejected?: components["schemas"]["Rejected"][];
            /**
             * Warnings
             * @default []
             */
            warnings?: components["schemas"]["Ignored"][];
        };
        /**
         * Rejected
         * @description Why one event of a batch was rejected.
         */
        Rejected: {
            /** Index */
            index: number;
            /** Eventid */
            eventId: string | null;
            /** Error */
            error: string;
            code: components["schemas"]["ErrorCode"];
        };
        /**
         * Release
         * @description Ends the claim.
         */
        Release: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "release";
        };
        /**
         * Resolve
         * @description The problem is solved: the student leaves the help queue until a new one arises.
         */
        Resolve: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "resolve";
        };
        /**
         * RetentionLine
         * @description A run of retention: what was older than `before` was removed; null: that kind is kept without limit.
         */
        RetentionLine: {
            /**
             * At
             * Format: date-time
             */
            at: string;
            /** Kind */
            kind: string;
            /** Before */
            before: string | null;
            /** Removed */
            removed: number;
            /** Seconds */
            seconds: number;
        };
        /**
         * RetentionProof
         * @description last: the latest run of each kind of data. runs: the latest runs, newest first.
         */
        RetentionProof: {
            /** Last */
            last: components["schemas"]["RetentionLine"][];
            /** Runs */
            runs: components["schemas"]["RetentionLine"][];
        };
        /**
         * Role
         * @description The role of an account in a class.
         *
         *     An instructor may do everything; a co-instructor everything except appoint members. An assistant may look after
         *     students: those of every team, or of one team.
         * @enum {string}
         */
        Role: "instructor" | "co-instructor" | "assistant";
        /**
         * Roster
         * @description The students, sorted by userId.
         */
        Roster: {
            /** Students */
            students: components["schemas"]["RosterLine"][];
        };
        /**
         * RosterLine
         * @description pseudonym: what the class stores instead of userId, if it is pseudonymous.
         *
         *     guestIds: the ids, and their pseudonyms, of the guests that a teacher linked to the student.
         */
        RosterLine: {
            /** Userid */
            userId: string;
            /** Username */
            userName: string | null;
            /** Teamname */
            teamName: string | null;
            /** Pseudonym */
            pseudonym: string;
            /** Joinedat */
            joinedAt: string | null;
            /** Guestids */
            guestIds: string[];
        };
        /**
         * Session
         * @description expiresIn: seconds until the access token expires; email: null for the operator.
         */
        Session: {
            /** Accesstoken */
            accessToken: string;
            /** Expiresin */
            expiresIn: number;
            /** Name */
            name: string;
            /** Email */
            email: string | null;
            /** Operator */
            operator: boolean;
            /** Maycreateclasses */
            mayCreateClasses: boolean;
        };
        /**
         * SessionLine
         * @description One session of a student, from its first to its last event.
         */
        SessionLine: {
            /**
             * Sessionid
             * @description as the client names it; empty: the events without a session id
             */
            sessionId: string;
            /**
             * Since
             * @description when its first event arrived, by the server's clock
             */
            since: string;
            /**
             * Lastseen
             * @description when its last event arrived, by the server's clock
             */
            lastSeen: string;
            /**
             * Notebookpath
             * @description the latest notebook
             */
            notebookPath: string | null;
            /** Events */
            events: number;
            /** Runs */
            runs: number;
            /** Errors */
            errors: number;
            /**
             * Clockoffset
             * @description seconds by which its clock is slow; negative: fast
             */
            clockOffset: number | null;
        };
        /**
         * Snooze
         * @description The student leaves the help queue for some minutes.
         */
        Snooze: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            action: "snooze";
            /** Minutes */
            minutes: number;
        };
        /**
         * StoredEvent
         * @description A stored event; missing fields are left out, and a client's own fields are unchanged.
         */
        StoredEvent: {
            /** Eventid */
            eventId: string;
            /** Eventtype */
            eventType: string;
            /** Eventtime */
            eventTime: string;
            /** Receivedat */
            receivedAt: string;
            /** Storedat */
            storedAt: string;
            /** Userid */
            userId: string;
            /** Classid */
            classId: string;
            /** Sessionid */
            sessionId?: string | null;
            /** Notebookpath */
            notebookPath?: string | null;
            /** Cellid */
            cellId?: string | null;
            /** Cellindex */
            cellIndex?: number | null;
            /** Celltype */
            cellType?: string | null;
            /** Executioncount */
            executionCount?: number | null;
            /**
             * Haserror
             * @description whether the run failed
             */
            hasError?: boolean | null;
            /** Errormessage */
            errorMessage?: string | null;
            /** Code */
            code?: string | null;
            /** Result */
            result?: string | null;
            /** Executiondurationms */
            executionDurationMs?: number | null;
        } & {
            [key: string]: unknown;
        };
        /**
         * StudentDataExport
         * @description What is stored about a student in a class; the events in pages, in the order of storing.
         */
        StudentDataExport: {
            /** Classid */
            classId: string;
            /** Userid */
            userId: string;
            /**
             * Storedas
             * @description the user id under which events are stored now
             */
            storedAs: string;
            /** Title */
            title: string;
            privacy: components["schemas"]["PrivacyLevel"];
            /** Pseudonymous */
            pseudonymous: boolean;
            /** Redact */
            redact: boolean;
            /**
             * Retentiondays
             * @description after so many days code, output and error messages are deleted; null: never
             */
            retentionDays: number | null;
            roster: components["schemas"]["ExportedRosterEntry"] | null;
            /** @description without what teachers write about the student */
            progress: components["schemas"]["StudentProgress"] | null;
            /** Cells */
            cells: components["schemas"]["CellProgress"][];
            /** Sessions */
            sessions: components["schemas"]["SessionLine"][];
            /**
             * Others
             * @description progress under other ids: of linked guests, and before pseudonyms were switched on or off
             */
            others: components["schemas"]["StudentState"][];
            /** Events */
            events: components["schemas"]["StoredEvent"][];
            /**
             * Next
             * @description `after` of the next page; null on the last
             */
            next: number | null;
        };
        /**
         * StudentLine
         * @description A student on a roster.
         */
        StudentLine: {
            /** Userid */
            userId: string;
            /** Username */
            userName?: string | null;
            /** Teamname */
            teamName?: string | null;
        };
        /**
         * StudentProgress
         * @description The progress of one student of one class, as dashboards receive it.
         */
        StudentProgress: {
            /** Userid */
            userId: string;
            /** Username */
            userName: string | null;
            /** Teamname */
            teamName: string | null;
            /**
             * Revision
             * @description the class revision that last changed this student
             */
            revision: number;
            /** Firstevent */
            firstEvent: string;
            /** Lastevent */
            lastEvent: string;
            /**
             * Lastseen
             * @description when the last event to arrive was accepted, by the server's clock
             */
            lastSeen: string;
            /** Events */
            events: number;
            /** Runs */
            runs: number;
            /** Errors */
            errors: number;
            /**
             * Errorstreak
             * @description failed runs since the last successful run
             */
            errorStreak: number;
            /**
             * Lasterrorname
             * @description of the newest failed run
             */
            lastErrorName: string | null;
            /**
             * Helpsince
             * @description when the hand went up; repeats do not change it
             */
            helpSince: string | null;
            /**
             * Helpuntil
             * @description when the hand comes down unless the client repeats it; null: it stays up
             */
            helpUntil: string | null;
            /**
             * Runningsince
             * @description since when a cell runs that does not wait for input
             */
            runningSince: string | null;
            /**
             * Waitingsince
             * @description since when a running cell waits for input()
             */
            waitingSince: string | null;
            /** Notebookpath */
            notebookPath: string | null;
            /** Cellid */
            cellId: string | null;
            /** Cellindex */
            cellIndex: number | null;
            /**
             * Isbehind
             * @description at a cell before the middle one of the class
             * @default false
             */
            isBehind: boolean;
            /**
             * Behinduntil
             * @description when this stops counting unless the class goes on in the notebook
             */
            behindUntil: string | null;
            /**
             * Isteacher
             * @description a teacher of the class, who does not count as a student
             * @default false
             */
            isTeacher: boolean;
            /**
             * Sessions
             * @description the most sessions that were active at the same time today
             * @default 1
             */
            sessions: number;
            /**
             * Clockoffset
             * @description seconds by which the student's clock is recognised as slow; negative: fast
             */
            clockOffset: number | null;
            /** @description set by teachers; not part of the fold */
            attention: components["schemas"]["Attention"] | null;
            /**
             * Needs
             * @description why and when the student needs help, the most urgent first
             */
            readonly needs: components["schemas"]["Need"][];
            /**
             * Unresolvedstreak
             * @description the error streak without errors that a teacher has resolved
             */
            readonly unresolvedStreak: number;
            /**
             * Runslongfrom
             * @description when the running cell counts as running long
             */
            readonly runsLongFrom: string | null;
            /**
             * Idlefrom
             * @description when the student counts as inactive unless an event arrives
             */
            readonly idleFrom: string;
            /**
             * Absentfrom
             * @description when the student counts as absent unless an event arrives
             */
            readonly absentFrom: string;
        };
        /**
         * StudentState
         * @description The progress of a student, with the cells that were started or run, and the sessions apart.
         */
        StudentState: {
            /** Userid */
            userId: string;
            /** Username */
            userName: string | null;
            /** Teamname */
            teamName: string | null;
            /**
             * Revision
             * @description the class revision that last changed this student
             */
            revision: number;
            /** Firstevent */
            firstEvent: string;
            /** Lastevent */
            lastEvent: string;
            /**
             * Lastseen
             * @description when the last event to arrive was accepted, by the server's clock
             */
            lastSeen: string;
            /** Events */
            events: number;
            /** Runs */
            runs: number;
            /** Errors */
            errors: number;
            /**
             * Errorstreak
             * @description failed runs since the last successful run
             */
            errorStreak: number;
            /**
             * Lasterrorname
             * @description of the newest failed run
             */
            lastErrorName: string | null;
            /**
             * Helpsince
             * @description when the hand went up; repeats do not change it
             */
            helpSince: string | null;
            /**
             * Helpuntil
             * @description when the hand comes down unless the client repeats it; null: it stays up
             */
            helpUntil: string | null;
            /**
             * Runningsince
             * @description since when a cell runs that does not wait for input
             */
            runningSince: string | null;
            /**
             * Waitingsince
             * @description since when a running cell waits for input()
             */
            waitingSince: string | null;
            /** Notebookpath */
            notebookPath: string | null;
            /** Cellid */
            cellId: string | null;
            /** Cellindex */
            cellIndex: number | null;
            /**
             * Isbehind
             * @description at a cell before the middle one of the class
             * @default false
             */
            isBehind: boolean;
            /**
             * Behinduntil
             * @description when this stops counting unless the class goes on in the notebook
             */
            behindUntil: string | null;
            /**
             * Isteacher
             * @description a teacher of the class, who does not count as a student
             * @default false
             */
            isTeacher: boolean;
            /**
             * Sessions
             * @description the most sessions that were active at the same time today
             * @default 1
             */
            sessions: number;
            /**
             * Clockoffset
             * @description seconds by which the student's clock is recognised as slow; negative: fast
             */
            clockOffset: number | null;
            /** @description set by teachers; not part of the fold */
            attention: components["schemas"]["Attention"] | null;
            /** Cells */
            cells: components["schemas"]["CellProgress"][];
            /**
             * Sessionlist
             * @description the sessions, the one heard last first
             */
            sessionList: components["schemas"]["SessionLine"][];
            /**
             * Needs
             * @description why and when the student needs help, the most urgent first
             */
            readonly needs: components["schemas"]["Need"][];
            /**
             * Unresolvedstreak
             * @description the error streak without errors that a teacher has resolved
             */
            readonly unresolvedStreak: number;
            /**
             * Runslongfrom
             * @description when the running cell counts as running long
             */
            readonly runsLongFrom: string | null;
            /**
             * Idlefrom
             * @description when the student counts as inactive unless an event arrives
             */
            readonly idleFrom: string;
            /**
             * Absentfrom
             * @description when the student counts as absent unless an event arrives
             */
            readonly absentFrom: string;
        };
        /**
         * Ticket
         * @description ticket: what follows `/ws?token=` in the address; expiresIn: seconds until it expires.
         */
        Ticket: {
            /** Ticket */
            ticket: string;
            /** Expiresin */
            expiresIn: number;
        };
        /**
         * Timeline
         * @description A student's events, newest first; `next` is the `before` of the next page.
         */
        Timeline: {
            /** Events */
            events: components["schemas"]["StoredEvent"][];
            /** Next */
            next: string | null;
        };
        /**
         * TokenList
         * @description The students' tokens; no other answer contains them.
         */
        TokenList: {
            /** Tokens */
            tokens: components["schemas"]["TokenView"][];
        };
        /**
         * TokenView
         * @description A student's token.
         */
        TokenView: {
            /** Userid */
            userId: string;
            /** Token */
            token: string;
        };
        /**
         * TokenWish
         * @description userIds: the students, by default all on the roster; days: until the tokens expire.
         *
         *     Tokens that these students have are revoked, unless keepTokens is true.
         */
        TokenWish: {
            /** Userids */
            userIds?: string[] | null;
            /**
             * Days
             * @default 180
             */
            days?: number;
            /**
             * Keeptokens
             * @default false
             */
            keepTokens?: boolean;
        };
        /**
         * Withdrawal
         * @description level: how much may be kept from now on, and of what is stored; it is never raised.
         */
        Withdrawal: {
            /**
             * Level
             * @enum {string}
             */
            level: "errors" | "hash" | "presence";
        };
        /**
         * AbortReason
         * @description Why a cell did not run, or did not end by itself.
         * @enum {string}
         */
        AbortReason: "earlier_error" | "restart" | "interrupt" | "kernel_death";
        /**
         * CellType
         * @description Jupyter's cell types.
         * @enum {string}
         */
        CellType: "code" | "markdown" | "raw";
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Absent = components['schemas']['Absent'];
export type AbsentStudent = components['schemas']['AbsentStudent'];
export type Accepted = components['schemas']['Accepted'];
export type AccountChange = components['schemas']['AccountChange'];
export type AccountList = components['schemas']['AccountList'];
export type AccountView = components['schemas']['AccountView'];
export type Activity = components['schemas']['Activity'];
export type Appointment = components['schemas']['Appointment'];
export type Attention = components['schemas']['Attention'];
export type AuditLine = components['schemas']['AuditLine'];
export type AuditPage = components['schemas']['AuditPage'];
export type ByLink = components['schemas']['ByLink'];
export type ByPassword = components['schemas']['ByPassword'];
export type CellDifficulty = components['schemas']['CellDifficulty'];
export type CellProgress = components['schemas']['CellProgress'];
export type CellStatus = components['schemas']['CellStatus'];
export type Claim = components['schemas']['Claim'];
export type ClassChange = components['schemas']['ClassChange'];
export type ClassLine = components['schemas']['ClassLine'];
export type ClassState = components['schemas']['ClassState'];
export type Classes = components['schemas']['Classes'];
export type Cleared = components['schemas']['Cleared'];
export type CodeList = components['schemas']['CodeList'];
export type CodeView = components['schemas']['CodeView'];
export type CodeWish = components['schemas']['CodeWish'];
export type CommonErrors = components['schemas']['CommonErrors'];
export type CsvRoster = components['schemas']['CsvRoster'];
export type Difficulty = components['schemas']['Difficulty'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type ErrorExample = components['schemas']['ErrorExample'];
export type ErrorGroup = components['schemas']['ErrorGroup'];
export type ExportedRosterEntry = components['schemas']['ExportedRosterEntry'];
export type Facts = components['schemas']['Facts'];
export type Grid = components['schemas']['Grid'];
export type GridColumn = components['schemas']['GridColumn'];
export type GridRow = components['schemas']['GridRow'];
export type GuestLink = components['schemas']['GuestLink'];
export type GuestList = components['schemas']['GuestList'];
export type GuestView = components['schemas']['GuestView'];
export type Ignored = components['schemas']['Ignored'];
export type Imported = components['schemas']['Imported'];
export type JoinWish = components['schemas']['JoinWish'];
export type Joined = components['schemas']['Joined'];
export type JsonRoster = components['schemas']['JsonRoster'];
export type KeyList = components['schemas']['KeyList'];
export type KeyView = components['schemas']['KeyView'];
export type KeyWish = components['schemas']['KeyWish'];
export type Link = components['schemas']['Link'];
export type LinkWish = components['schemas']['LinkWish'];
export type MemberList = components['schemas']['MemberList'];
export type MemberView = components['schemas']['MemberView'];
export type Methods = components['schemas']['Methods'];
export type Minute = components['schemas']['Minute'];
export type MyClass = components['schemas']['MyClass'];
export type MyClasses = components['schemas']['MyClasses'];
export type Need = components['schemas']['Need'];
export type NeedKind = components['schemas']['NeedKind'];
export type NewAccount = components['schemas']['NewAccount'];
export type NewClass = components['schemas']['NewClass'];
export type NewKey = components['schemas']['NewKey'];
export type Note = components['schemas']['Note'];
export type NotebookLine = components['schemas']['NotebookLine'];
export type Notebooks = components['schemas']['Notebooks'];
export type Nothing = components['schemas']['Nothing'];
export type Pace = components['schemas']['Pace'];
export type PaceMinute = components['schemas']['PaceMinute'];
export type PasswordChange = components['schemas']['PasswordChange'];
export type PrivacyLevel = components['schemas']['PrivacyLevel'];
export type Problem = components['schemas']['Problem'];
export type Provider = components['schemas']['Provider'];
export type Refused = components['schemas']['Refused'];
export type Rejected = components['schemas']['Rejected'];
export type Release = components['schemas']['Release'];
export type Resolve = components['schemas']['Resolve'];
export type RetentionLine = components['schemas']['RetentionLine'];
export type RetentionProof = components['schemas']['RetentionProof'];
export type Role = components['schemas']['Role'];
export type Roster = components['schemas']['Roster'];
export type RosterLine = components['schemas']['RosterLine'];
export type Session = components['schemas']['Session'];
export type SessionLine = components['schemas']['SessionLine'];
export type Snooze = components['schemas']['Snooze'];
export type StoredEvent = components['schemas']['StoredEvent'];
export type StudentDataExport = components['schemas']['StudentDataExport'];
export type StudentLine = components['schemas']['StudentLine'];
export type StudentProgress = components['schemas']['StudentProgress'];
export type StudentState = components['schemas']['StudentState'];
export type Ticket = components['schemas']['Ticket'];
export type Timeline = components['schemas']['Timeline'];
export type TokenList = components['schemas']['TokenList'];
export type TokenView = components['schemas']['TokenView'];
export type TokenWish = components['schemas']['TokenWish'];
export type Withdrawal = components['schemas']['Withdrawal'];
export type AbortReason = components['schemas']['AbortReason'];
export type CellType = components['schemas']['CellType'];
export type $defs = Record<string, never>;
export interface operations {
    send_events_api_v1_events_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": ({
                    /**
                     * Eventid
                     * @description the idempotency key
                     */
                    eventId: string;
                    /**
                     * Eventtype
                     * @description an unknown type is stored as a fact
                     * @example cell_queued
                     * @example cell_started
                     * @example cell_waiting
                     * @example cell_executed
                     * @example cell_aborted
                     * @example cell_selected
                     * @example kernel_restarted
                     * @example kernel_died
                     * @example notebook_opened
                     * @example notebook_saved
                     * @example notebook_closed
                     * @example notebook_renamed
                     * @example help
                     * @example help_stop
                     */
                    eventType: string;
                    /**
                     * Eventtime
                     * Format: date-time
                     * @description RFC 3339 with zone
                     */
                    eventTime: string;
                    /**
                     * Userid
                     * @description `emailAddress` is accepted as an alias
                     */
                    userId: string;
                    /** Username */
                    userName?: string | null;
                    /** Teamname */
                    teamName?: string | null;
                    /** Sessionid */
                    sessionId?: string | null;
                    /** Classid */
                    classId?: string | null;
                    /** Notebookpath */
                    notebookPath?: string | null;
                    /**
                     * Oldpath
                     * @description of notebook_renamed: the path before
                     */
                    oldPath?: string | null;
                    /** Cellid */
                    cellId?: string | null;
                    /**
                     * Runid
                     * @description Jupyter's message id: the same in all events of one run
                     */
                    runId?: string | null;
                    /** Cellindex */
                    cellIndex?: number | null;
                    cellType?: components["schemas"]["CellType"] | null;
                    /** Code */
                    code?: string | null;
                    /** Executioncount */
                    executionCount?: number | null;
                    /** Haserror */
                    hasError?: boolean | null;
                    /** Errormessage */
                    errorMessage?: string | null;
                    /** Result */
                    result?: string | null;
                    /** @description of cell_aborted */
                    reason?: components["schemas"]["AbortReason"] | null;
                    /** Executiondurationms */
                    executionDurationMs?: number | null;
                    /** Metadata */
                    metadata?: {
                        [key: string]: unknown;
                    } | null;
                    /**
                     * Sentat
                     * @description when the client sends this batch, by its own clock; set anew at each attempt
                     */
                    sentAt?: string | null;
                    /** @description how much of this event may be kept; the stricter of this and the class's level applies */
                    consent?: components["schemas"]["PrivacyLevel"] | null;
                } & {
                    [key: string]: unknown;
                })[];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description the batch is empty */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description no key where one is required */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the key is unknown, expired or revoked */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description more than 100 events, or over 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the Content-Type is not application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description no event is valid and allowed, or the body is not a JSON array */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description too many events from one student, or with one key; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the queue or the key lookup is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
        };
    };
    send_keyed_events_api_v1_keyed__pathKey__events_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description a class's path key, cpp_…; it is a secret */
                pathKey: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": ({
                    /**
                     * Eventid
                     * @description the idempotency key
                     */
                    eventId: string;
                    /**
                     * Eventtype
                     * @description an unknown type is stored as a fact
                     * @example cell_queued
                     * @example cell_started
                     * @example cell_waiting
                     * @example cell_executed
                     * @example cell_aborted
                     * @example cell_selected
                     * @example kernel_restarted
                     * @example kernel_died
                     * @example notebook_opened
                     * @example notebook_saved
                     * @example notebook_closed
                     * @example notebook_renamed
                     * @example help
                     * @example help_stop
                     */
                    eventType: string;
                    /**
                     * Eventtime
                     * Format: date-time
                     * @description RFC 3339 with zone
                     */
                    eventTime: string;
                    /**
                     * Userid
                     * @description `emailAddress` is accepted as an alias
                     */
                    userId: string;
                    /** Username */
                    userName?: string | null;
                    /** Teamname */
                    teamName?: string | null;
                    /** Sessionid */
                    sessionId?: string | null;
                    /** Classid */
                    classId?: string | null;
                    /** Notebookpath */
                    notebookPath?: string | null;
                    /**
                     * Oldpath
                     * @description of notebook_renamed: the path before
                     */
                    oldPath?: string | null;
                    /** Cellid */
                    cellId?: string | null;
                    /**
                     * Runid
                     * @description Jupyter's message id: the same in all events of one run
                     */
                    runId?: string | null;
                    /** Cellindex */
                    cellIndex?: number | null;
                    cellType?: components["schemas"]["CellType"] | null;
                    /** Code */
                    code?: string | null;
                    /** Executioncount */
                    executionCount?: number | null;
                    /** Haserror */
                    hasError?: boolean | null;
                    /** Errormessage */
                    errorMessage?: string | null;
                    /** Result */
                    result?: string | null;
                    /** @description of cell_aborted */
                    reason?: components["schemas"]["AbortReason"] | null;
                    /** Executiondurationms */
                    executionDurationMs?: number | null;
                    /** Metadata */
                    metadata?: {
                        [key: string]: unknown;
                    } | null;
                    /**
                     * Sentat
                     * @description when the client sends this batch, by its own clock; set anew at each attempt
                     */
                    sentAt?: string | null;
                    /** @description how much of this event may be kept; the stricter of this and the class's level applies */
                    consent?: components["schemas"]["PrivacyLevel"] | null;
                } & {
                    [key: string]: unknown;
                })[];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description the batch is empty */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the key is unknown, expired or revoked */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the path has no key, or more than a key */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description more than 100 events, or over 1 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the Content-Type is not application/json */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description no event is valid and allowed, or the body is not a JSON array */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description too many events from one student, or with one key; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
            /** @description the queue or the key lookup is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refused"];
                };
            };
        };
    };
    list_classes_api_v1_classes_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Classes"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_class_api_v1_classes__classId__progress_get: {
        parameters: {
            query?: {
                /** @description only students who changed after this revision */
                since?: number | null;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                at?: string | null;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClassState"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_student_api_v1_classes__classId__students__userId__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentState"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class has no such student, or you may not see the student */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_events_api_v1_classes__classId__events_get: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                after?: number;
                limit?: number;
                userId?: string | null;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facts"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_activity_api_v1_classes__classId__activity_get: {
        parameters: {
            query?: {
                /** @description only events of this notebook */
                notebook?: string | null;
                cellId?: string | null;
                userId?: string | null;
                /** @description only students of this team */
                team?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                end?: string | null;
                /** @description without `start`: this many minutes before `end` */
                minutes?: number;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Activity"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_notebooks_api_v1_classes__classId__notebooks_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Notebooks"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_absent_api_v1_classes__classId__absent_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Absent"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_grid_api_v1_classes__classId__grid_get: {
        parameters: {
            query: {
                notebook: string;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                at?: string | null;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grid"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_errors_api_v1_classes__classId__errors_get: {
        parameters: {
            query?: {
                /** @description only events of this notebook */
                notebook?: string | null;
                /** @description only students of this team */
                team?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                end?: string | null;
                /** @description without `start`: this many minutes before `end` */
                minutes?: number;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CommonErrors"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_pace_api_v1_classes__classId__pace_get: {
        parameters: {
            query: {
                notebook: string;
                /** @description only students of this team */
                team?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                end?: string | null;
                /** @description without `start`: this many minutes before `end` */
                minutes?: number;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pace"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_difficulty_api_v1_classes__classId__difficulty_get: {
        parameters: {
            query?: {
                /** @description only events of this notebook */
                notebook?: string | null;
                /** @description only students of this team */
                team?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                start?: string | null;
                /** @description event time: RFC 3339 with a time zone */
                end?: string | null;
                /** @description without `start`: this many minutes before `end` */
                minutes?: number;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Difficulty"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_timeline_api_v1_classes__classId__students__userId__timeline_get: {
        parameters: {
            query?: {
                limit?: number;
                /** @description `next` of the previous page */
                before?: string | null;
                /** @description only events of this notebook */
                notebook?: string | null;
                cellId?: string | null;
                /** @description empty: events without a session id */
                sessionId?: string | null;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Timeline"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class has no such student, or you may not see the student */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_attention_api_v1_classes__classId__students__userId__attention_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Claim"] | components["schemas"]["Release"] | components["schemas"]["Resolve"] | components["schemas"]["Snooze"] | components["schemas"]["Note"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentProgress"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class has no such student, or you may not see the student */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description another teacher has claimed the student */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    export_my_data_api_v1_me_data_get: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StudentDataExport"];
                };
            };
            /** @description redirects a browser without a token to the page that asks for one */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_consent_api_v1_me_withdraw_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Withdrawal"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Cleared"];
                };
            };
            /** @description redirects a browser without a token to the page that asks for one */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    methods_api_v1_session_methods_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Methods"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_in_api_v1_session_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ByPassword"] | components["schemas"]["ByLink"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the browser is signed in already, and the link was not used */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many failed attempts; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sign_out_api_v1_session_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    refresh_api_v1_session_refresh_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_link_api_v1_session_links_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Link"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_ticket_api_v1_session_tickets_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Nothing"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_all_api_v1_session_all_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password_api_v1_session_password_put: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many failed attempts; see Retry-After */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    to_provider_api_v1_session_oidc_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description redirects to the identity provider */
            302: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    from_provider_api_v1_session_oidc_callback_get: {
        parameters: {
            query?: {
                code?: string | null;
                state?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description redirects to the dashboard */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_accounts_api_v1_manage_accounts_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_account_api_v1_manage_accounts_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the present state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    disable_account_api_v1_manage_accounts__email__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                email: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_account_api_v1_manage_accounts__email__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                email: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AccountChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountView"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_sign_ins_api_v1_manage_accounts__email__sign_ins_delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                email: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the address has no account */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_classes_api_v1_manage_classes_get: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyClasses"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_api_v1_manage_classes_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClass"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyClass"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the present state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_class_api_v1_manage_classes__classId__get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyClass"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_api_v1_manage_classes__classId__patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClassChange"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MyClass"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_members_api_v1_manage_classes__classId__members_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    appoint_api_v1_manage_classes__classId__members__email__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                email: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Appointment"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the present state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    dismiss_api_v1_manage_classes__classId__members__email__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                email: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the present state does not allow this */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_keys_api_v1_manage_classes__classId__keys_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["KeyList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    make_key_api_v1_manage_classes__classId__keys_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewKey"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_key_api_v1_manage_classes__classId__keys__keyId__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                keyId: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_roster_api_v1_manage_classes__classId__roster_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Roster"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    replace_roster_api_v1_manage_classes__classId__roster_put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CsvRoster"] | components["schemas"]["JsonRoster"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Imported"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is over 6 MiB */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    student_tokens_api_v1_manage_classes__classId__student_tokens_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    personal_codes_api_v1_manage_classes__classId__personal_codes_post: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodeList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_guests_api_v1_manage_classes__classId__guests_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GuestList"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    link_guest_api_v1_manage_classes__classId__guests__userId__put: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                userId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["GuestLink"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_guest_api_v1_manage_classes__classId__guests__userId__delete: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                userId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    join_api_v1_manage_join_post: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["JoinWish"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Joined"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description too many students have joined with this key */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_audit_of_class_api_v1_manage_classes__classId__audit_get: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description the id; one that contains a slash, is . or .., or begins with ~ is sent as ~ and its UTF-8 in base64url */
                classId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the class does not exist, or you have no access to it */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_audit_api_v1_manage_audit_get: {
        parameters: {
            query?: {
                /** @description `next` of the previous page */
                before?: number | null;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_retention_api_v1_manage_retention_get: {
        parameters: {
            query?: {
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetentionProof"];
                };
            };
            /** @description the token is missing, unknown or expired */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description the role in this class does not allow this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a parameter is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
            /** @description a store is unavailable; see Retry-After */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
type FlattenedDeepRequired<T> = {
    [K in keyof T]-?: FlattenedDeepRequired<T[K] extends unknown[] | undefined | null ? Extract<T[K], unknown[]>[number] : T[K]>;
};
type ReadonlyArray<T> = [
    Exclude<T, undefined>
] extends [
    unknown[]
] ? Readonly<Exclude<T, undefined>> : Readonly<Exclude<T, undefined>[]>;
export const cellStatusValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CellStatus"]> = ["queued", "running", "waiting", "ok", "error", "interrupted", "aborted"];
export const claimActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Claim"]["action"]> = ["claim"];
export const errorCodeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["ErrorCode"]> = ["account_exists", "account_unknown", "batch_empty", "batch_too_long", "body_not_array", "body_not_json", "body_too_complex", "body_too_deep", "body_too_large", "class_creation_forbidden", "class_id_taken", "class_key_required", "class_mismatch", "class_unavailable", "class_unregistered", "code_invalid", "command_invalid", "connection_unknown", "content_type_unsupported", "credentials_invalid", "event_not_object", "event_not_plain", "event_too_large", "field_ignored", "field_invalid", "field_missing", "guest_unknown", "internal_error", "key_full", "key_invalid", "key_lookup_unavailable", "key_missing", "key_rate_limited", "key_unknown", "last_instructor", "link_invalid", "message_invalid", "method_not_allowed", "not_found", "no_event_accepted", "operator_has_no_password", "page_foreign", "password_weak", "password_wrong", "provider_missing", "queue_unavailable", "request_failed", "request_invalid", "role_insufficient", "roster_invalid", "session_exists", "sign_in_expired", "signed_out", "store_unavailable", "student_claimed", "student_mismatch", "student_not_on_roster", "student_rate_limited", "student_token_required", "student_unknown", "team_not_allowed", "token_invalid", "too_many_attempts", "user_id_not_allowed"];
export const needKindValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["NeedKind"]> = ["hand", "streak", "running", "behind"];
export const noteActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Note"]["action"]> = ["note"];
export const privacyLevelValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["PrivacyLevel"]> = ["full", "errors", "hash", "presence"];
export const releaseActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Release"]["action"]> = ["release"];
export const resolveActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Resolve"]["action"]> = ["resolve"];
export const roleValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Role"]> = ["instructor", "co-instructor", "assistant"];
export const snoozeActionValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Snooze"]["action"]> = ["snooze"];
export const withdrawalLevelValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["Withdrawal"]["level"]> = ["errors", "hash", "presence"];
export const abortReasonValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["AbortReason"]> = ["earlier_error", "restart", "interrupt", "kernel_death"];
export const cellTypeValues: ReadonlyArray<FlattenedDeepRequired<components>["schemas"]["CellType"]> = ["code", "markdown", "raw"];
