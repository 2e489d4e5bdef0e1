import type { MyClass } from "../../generated/api";

export const CLASS: MyClass = {
  classId: "python/1",
  title: "Python",
  role: "instructor",
  teamName: null,
  privacy: "full",
  pseudonymous: true,
  redact: true,
  studentsOnly: false,
  endsOn: null,
};
export const KEY = {
  keyId: 7,
  hint: "x9Zk",
  inPath: false,
  createdAt: "2026-01-01T09:00:00Z",
  expiresAt: null,
  revokedAt: null,
};
export const GRACE = {
  userId: "grace@example.org",
  pseudonym: "s-0a1b",
  userName: "Grace",
  teamName: "East",
  joinedAt: null,
  guestIds: [],
};
export const GUEST = {
  userId: "guest-a",
  pseudonym: "s-9",
  userName: "Grace?",
  joinedAt: "2026-01-01T09:00:00Z",
  rosterUserId: null,
};
export const SATO = { email: "sato@example.org", name: "Ms Sato", role: "instructor", teamName: null };
