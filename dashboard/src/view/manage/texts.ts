import type { Role } from "../../generated/api";
import { enKeys, jaKeys } from "./keyTexts";

export const en = {
  heading: (title: string) => `Settings: ${title}`,
  loading: "Loading the settings…",
  notYours: "Only instructors and co-instructors can see the settings of a class.",
  save: "Save",
  saved: "Saved.",
  cancel: "Cancel",
  register: {
    heading: "This class is not registered",
    explain:
      "It accepts events without a class key, and only you can see it. After registration it has members, keys, a roster and a privacy level, and notebooks need one of its keys.",
    submit: "Register class",
  },
  basics: {
    heading: "Stored data",
    title: "Title",
    level: "Privacy level",
    now: "Applies to data received from now on. Data already stored does not change.",
    pseudonymous: "Use pseudonyms instead of IDs",
    pseudonymousHint:
      "Events are stored under a pseudonym computed from the student's ID, without the name. Names are stored only in the roster, and only those who manage the class see them. Students who were active before the change appear twice.",
    redact: "Redact passwords and keys",
    redactHint:
      "Text that looks like a password, a private key or an access token is removed from code and output before it is stored.",
    endsOn: "Last day (optional)",
    endsOnHint:
      "Some time after this day, the class is erased with all its data. The operator of ClassPulse sets for how long it is kept.",
    studentsOnly: "Accept student tokens only",
    studentsOnlyHint:
      "A class key no longer sends events: it only lets guests join. Nobody can send events under another student's name.",
  },
  members: {
    heading: "Members",
    email: "Email address",
    name: "Name",
    role: "Role",
    team: "Team",
    allTeams: "full class",
    teamHint: "An assistant with a team sees only that team.",
    add: "Add",
    addHeading: "Add a member",
    remove: "Remove",
    removeOf: (name: string) => `Remove ${name}`,
    removing: (name: string) => `${name} loses access to this class at once.`,
    roleOf: (name: string) => `Role of ${name}`,
    teamOf: (name: string) => `Team of ${name}`,
    saveOf: (name: string) => `Save ${name}`,
    waits: "An address without an account gets the role when the operator of ClassPulse creates the account.",
    last: "A class needs an instructor. Appoint another one first.",
    added: (email: string) => `${email} is now a member.`,
    removed: (email: string) => `${email} is no longer a member.`,
  },
  roles: { instructor: "Instructor", "co-instructor": "Co-instructor", assistant: "Assistant" } satisfies Record<
    Role,
    string
  >,
  roleHints: {
    instructor: "everything in this class",
    "co-instructor": "everything except members",
    assistant: "helps students; no access to settings, roster or keys",
  } satisfies Record<Role, string>,
  ...enKeys,
  roster: {
    heading: "Roster",
    explain:
      "A CSV file with the columns userId, userName and teamName. It replaces the roster: students who are not in the file are removed from it, and their tokens and codes end at once. Their stored data is kept.",
    file: "CSV file",
    paste: "or paste it here",
    import: "Import",
    imported: (added: number, changed: number, removed: number) =>
      `${added} added, ${changed} changed, ${removed} removed.`,
    wrong: "Nothing was imported. Correct this and import again:",
    unreadable: "This file cannot be read.",
    none: "The roster is empty.",
    list: (count: number) => (count === 1 ? "1 student" : `${count} students`),
    hidden: "Names are hidden. Show them with the button above to see the roster.",
    columns: { userId: "ID", userName: "Name", teamName: "Team", pseudonym: "Pseudonym", joinedAt: "Joined" },
    tokens: "Student tokens",
    tokensExplain:
      "With a token, a student can send events only under their own name, and can see their data at “#/me”. Give each token only to its student: anyone who has it can do the same. A new token ends the student's former ones.",
    days: "Valid for (days)",
    whose: "For",
    everybody: "everyone on the roster",
    makeTokens: "Create tokens and save as CSV",
    tokensMade: (count: number) => (count === 1 ? "1 token was saved as CSV." : `${count} tokens were saved as CSV.`),
    revoke: "Revoke all student tokens",
    revoking: "All current student tokens stop working. Create new ones afterwards.",
    revoked: "All student tokens have been revoked.",
  },
  codes: {
    heading: "Personal codes",
    explain:
      "A personal code lets a student join once, under the ID on the roster. Give each code only to its student. For a new computer or a lost token, create another code for that student.",
    everybody: "everyone who has not joined",
    keepTokens: "Keep the student's current tokens",
    make: "Create codes and save as CSV",
    made: (count: number) =>
      count === 0
        ? "Everyone has joined: choose a student to create another code."
        : count === 1
          ? "1 code was saved as CSV."
          : `${count} codes were saved as CSV.`,
  },
  guests: {
    heading: "Guests",
    explain:
      "These students joined with the class key, so nobody has verified who they are. Enter the ID of the student on the roster whom you recognize: that student's name and team are then shown, and the guest's data belongs to that student.",
    none: "Nobody has joined with the class key.",
    claimed: "Name (unverified)",
    is: "On the roster",
    isOf: (name: string) => `The student on the roster who is ${name}`,
    unverified: "unverified",
    notOnRoster: "The roster has no student with this ID.",
    remove: "Remove",
    removeOf: (name: string) => `Remove the guest ${name}`,
    removing: "The guest's token ends at once. The guest's stored data is kept.",
  },
};

export const ja: typeof en = {
  heading: (title) => `${title} の設定`,
  loading: "設定を読み込み中…",
  notYours: "クラスの設定は、担当教員と副担当教員だけが見られます。",
  save: "保存",
  saved: "保存しました。",
  cancel: "キャンセル",
  register: {
    heading: "このクラスは登録されていません",
    explain:
      "専用のキーなしでイベントを受け取り、あなただけが閲覧できます。登録すると、メンバー・キー・名簿・プライバシーレベルを設定できます。登録後、ノートブックにはクラスのキーが必要です。",
    submit: "クラスを登録",
  },
  basics: {
    heading: "保存する内容",
    title: "名称",
    level: "プライバシーレベル",
    now: "これから届くデータに適用されます。保存済みのデータは変わりません。",
    pseudonymous: "ID の代わりに仮名を使う",
    pseudonymousHint:
      "イベントは、学生の ID から計算した仮名で、名前なしで保存されます。名前は名簿だけに保存され、クラスを管理する人だけが見られます。変更前に活動した学生は、もう 1 人として表示されます。",
    redact: "パスワードやキーを取り除く",
    redactHint: "パスワード、秘密鍵、アクセストークンと思われる文字列は、保存する前にコードと出力から消去されます。",
    endsOn: "最終日（任意）",
    endsOnHint:
      "この日から一定期間が過ぎると、クラスとそのすべてのデータが消去されます。期間は ClassPulse の管理者が決めます。",
    studentsOnly: "学生本人のトークンだけを受け付ける",
    studentsOnlyHint:
      "クラスのキーでは送信できなくなり、ゲストとしての参加だけに使えます。他の学生の名前で送信することはできません。",
  },
  members: {
    heading: "メンバー",
    email: "メールアドレス",
    name: "名前",
    role: "役割",
    team: "チーム",
    allTeams: "クラス全体",
    teamHint: "チームを指定したアシスタントは、そのチームだけを見られます。",
    add: "追加",
    addHeading: "メンバーを追加",
    remove: "削除",
    removeOf: (name) => `${name} を削除`,
    removing: (name) => `${name} さんは、ただちにこのクラスを見られなくなります。`,
    roleOf: (name) => `${name} の役割`,
    teamOf: (name) => `${name} のチーム`,
    saveOf: (name) => `${name} を保存`,
    waits: "アカウントのないアドレスには、ClassPulse の管理者がアカウントを作成したときに役割が付きます。",
    last: "クラスには担当教員が必要です。先に別の担当教員を任命してください。",
    added: (email) => `${email} はメンバーになりました。`,
    removed: (email) => `${email} はメンバーではなくなりました。`,
  },
  roles: { instructor: "担当教員", "co-instructor": "副担当教員", assistant: "アシスタント" },
  roleHints: {
    instructor: "このクラスのすべての操作",
    "co-instructor": "メンバー以外のすべての操作",
    assistant: "学生の支援のみ（設定・名簿・キーは扱えません）",
  },
  ...jaKeys,
  roster: {
    heading: "名簿",
    explain:
      "userId、userName、teamName の列を持つ CSV ファイルです。名簿は置き換えられ、ファイルにない人は名簿から外れ、その人のトークンとコードはただちに使えなくなります。保存済みのデータは残ります。",
    file: "CSV ファイル",
    paste: "またはここに貼り付け",
    import: "取り込む",
    imported: (added, changed, removed) => `追加 ${added} 件、変更 ${changed} 件、削除 ${removed} 件。`,
    wrong: "取り込みませんでした。次の点を直してから、もう一度取り込んでください。",
    unreadable: "このファイルを読み取れませんでした。",
    none: "名簿にはまだ誰もいません。",
    list: (count) => `学生 ${count} 人`,
    hidden: "名前を隠しています。名簿を見るには、上のボタンで名前を表示してください。",
    columns: { userId: "ID", userName: "名前", teamName: "チーム", pseudonym: "仮名", joinedAt: "参加" },
    tokens: "学生本人のトークン",
    tokensExplain:
      "学生は自分のトークンで、自分の名前でのみ送信でき、「#/me」で保存されている内容を見られます。トークンは本人だけに渡してください。持っている人は誰でも同じことができます。新しいトークンを作成すると、その学生の以前のトークンは使えなくなります。",
    days: "有効期間（日）",
    whose: "対象",
    everybody: "名簿の全員",
    makeTokens: "トークンを作成して CSV で保存",
    tokensMade: (count) => `トークン ${count} 件を CSV で保存しました。`,
    revoke: "学生のトークンをすべて失効させる",
    revoking: "学生が今持っているトークンは、すべて使えなくなります。その後、新しいトークンを作成してください。",
    revoked: "学生のトークンをすべて失効させました。",
  },
  codes: {
    heading: "個人コード",
    explain:
      "学生は個人コードで 1 回だけ、名簿の ID で参加できます。コードは本人だけに渡してください。パソコンの変更やトークンの紛失の場合は、その学生のコードを新しく作成してください。",
    everybody: "まだ参加していない全員",
    keepTokens: "今のトークンも引き続き使えるようにする",
    make: "コードを作成して CSV で保存",
    made: (count) =>
      count === 0
        ? "全員が参加済みです。コードを作成する学生を選んでください。"
        : `コード ${count} 件を CSV で保存しました。`,
  },
  guests: {
    heading: "ゲスト",
    explain:
      "クラスのキーで参加した学生です。本人かどうかは確認されていません。名簿の中の該当する学生の ID を入力してください。その学生の名前とチームで表示され、データもその学生のものになります。",
    none: "クラスのキーで参加した人はいません。",
    claimed: "名前（未確認）",
    is: "名簿の学生",
    isOf: (name) => `${name} に該当する名簿の学生`,
    unverified: "未確認",
    notOnRoster: "この ID の学生は名簿にいません。",
    remove: "削除",
    removeOf: (name) => `ゲスト ${name} を削除`,
    removing: "このゲストのトークンはただちに使えなくなります。保存済みのデータは残ります。",
  },
};
