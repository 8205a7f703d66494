import { userEntity } from "./entities.ts";
import { type Exchange, Refusal, type Reply, requireUser } from "./exchange.ts";

/** `POST /login`. The answer is a redirect that has the session's cookie: who follows it without looking loses it. */
export function login({ params, database, session, base }: Exchange): Reply {
  const [name, password] = [String(params.username ?? ""), String(params.password ?? "")];
  if (name === "") throw new Refusal("You must specify a user name.", 400);
  if (password === "") throw new Refusal("You must specify a password.", 400);
  const user = database.users.get(name);
  if (user === undefined || user.password !== password) throw new Refusal("Bad username or password.", 403);
  session.user = name;
  return { kind: "json", status: 302, location: `${base}current-user`, body: userEntity(user) };
}

export function currentUser(exchange: Exchange): Reply {
  return { kind: "json", body: userEntity(requireUser(exchange)) };
}

export function logout({ session }: Exchange): Reply {
  session.user = undefined;
  return { kind: "empty" };
}
