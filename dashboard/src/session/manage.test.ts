import { afterEach, expect, it, vi } from "vitest";
import { json, serve } from "./fixtures";
import { ManageApi } from "./manage";

afterEach(() => vi.unstubAllGlobals());

const CLASSES = "/api/v1/manage/classes";
const api = new ManageApi(() => Promise.resolve("t"));

it.each([
  ["python-1", "python-1"],
  ["a/b", "~YS9i"],
  [".", "~Lg"],
  ["..", "~Li4"],
  ["~ada", "~fmFkYQ"],
  ["学生", "%E5%AD%A6%E7%94%9F"],
  ["学生/1?", "~5a2m55SfLzE_"],
])("manages the class %j at its address", async (classId, written) => {
  const members = `${CLASSES}/${written}/members`;
  const expected = [
    `PATCH ${CLASSES}/${written}`,
    `GET ${members}`,
    `PUT ${members}/~by9oYXJhQGV4YW1wbGUub3Jn`,
    `DELETE ${members}/~fmFkYUBleGFtcGxlLm9yZw`,
    `GET ${CLASSES}/${written}/keys`,
    `POST ${CLASSES}/${written}/keys`,
    `DELETE ${CLASSES}/${written}/keys/7`,
    `GET ${CLASSES}/${written}/roster`,
    `PUT ${CLASSES}/${written}/roster`,
    `POST ${CLASSES}/${written}/student-tokens`,
    `POST ${CLASSES}/${written}/personal-codes`,
    `GET ${CLASSES}/${written}/guests`,
    `PUT ${CLASSES}/${written}/guests/guest-a`,
    `DELETE ${CLASSES}/${written}/guests/guest-a`,
  ];
  const requests = serve(Object.fromEntries(expected.map((what) => [what, () => json({})])));
  await api.change(classId, { title: "Python" });
  await api.members(classId);
  await api.appoint(classId, "o/hara@example.org", "assistant", null);
  await api.dismiss(classId, "~ada@example.org");
  await api.keys(classId);
  await api.makeKey(classId, {});
  await api.revokeKey(classId, 7);
  await api.roster(classId);
  await api.importRoster(classId, "userId");
  await api.studentTokens(classId, 7);
  await api.personalCodes(classId, {});
  await api.guests(classId);
  await api.linkGuest(classId, "guest-a", "ada");
  await api.removeGuest(classId, "guest-a");
  expect(requests.map(({ what }) => what)).toEqual(expected);
});
