import { RequestMethod, type Type } from '@nestjs/common';
import { ModulesContainer, Reflector } from '@nestjs/core';
import { DECLARED, type Declared } from '#adapters';
import { readRoles } from '#config';
import { RIGHTS } from '#model';
import { AccessGuard } from '../../apps/gateway/src/access/access.guard.ts';
import { AccessWorld } from '../support/access-world.ts';
import { batch, inboxRow, noticeRow, outboxRow } from '../support/store-rows.ts';

interface Route {
  readonly method: string;
  readonly path: string;
  readonly declared: Declared | undefined;
}

const PATTERN = 'microservices:pattern';

/** The route table as Nest serves it, with what each handler declares. */
function routesOf(world: AccessWorld): Route[] {
  const reflector = new Reflector();
  const controllers = [...world.app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers.flatMap(({ metatype }) => {
    const controller = metatype as Type;
    const prefix = reflector.get<string>('path', controller);
    const handlers = Object.getOwnPropertyNames(controller.prototype)
      .filter((name) => name !== 'constructor')
      .map((name) => (controller.prototype as Record<string, unknown>)[name]);
    return handlers.flatMap((handler) => {
      if (typeof handler !== 'function' || !Reflect.hasMetadata('path', handler) || Reflect.hasMetadata(PATTERN, handler)) return [];
      const path = `/${prefix}/${reflector.get<string>('path', handler)}`.replace(/\/+/g, '/').replace(/(.)\/$/, '$1');
      const declared = reflector.getAllAndOverride<Declared | undefined>(DECLARED, [handler, controller]);
      return [{ method: RequestMethod[reflector.get<RequestMethod>('method', handler)]!, path, declared }];
    });
  });
}

const filled = (path: string): string => path.replace(/:\w+/g, '01890a5d-ac96-774b-bcce-b302099a8057');

describe('every endpoint and every role', () => {
  const roles = readRoles();
  let world: AccessWorld;
  let routes: Route[];
  beforeAll(async () => {
    world = await AccessWorld.open();
    routes = routesOf(world);
  });
  afterAll(() => world.close());

  it('finds the whole route table: as many routes as the OpenAPI document describes', async () => {
    const answer = await world.call(undefined, 'GET', '/openapi.json');
    expect(answer).toMatchObject({ status: 200 });
    const { paths } = answer.body as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const found = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(found.sort()).toEqual(described.sort());
    expect(found.length).toBeGreaterThan(20);
  });

  it('declares access for each, and nothing that reads asks for a right to write', () => {
    expect(routes.filter(({ declared }) => !declared)).toEqual([]);
    for (const { method, path, declared } of routes) {
      if (declared?.kind !== 'right') continue;
      const reads = method === 'GET' || method === 'HEAD';
      expect({ path, writes: reads ? RIGHTS[declared.right].writes : false }).toEqual({ path, writes: false });
    }
    const open = routes.filter(({ declared, path }) => declared?.kind === 'open' && path.startsWith('/api/'));
    expect(open.map(({ path }) => path).sort()).toEqual(['/api/about', '/api/session', '/api/session/oidc', '/api/session/oidc/return']);
  });

  it('answers 401 to nobody, 403 to who lacks the right, and lets through who has it', async () => {
    const tokens = new Map<string, string>();
    for (const role of Object.keys(roles.roles)) tokens.set(role, await world.as([role]));
    const wrong: string[] = [];
    for (const { method, path, declared } of routes) {
      if (!declared || declared.kind === 'open') continue;
      const anonymous = (await world.call(undefined, method, filled(path))).status;
      if (anonymous !== 401) wrong.push(`nobody ${method} ${path}: ${anonymous}`);
      const nothing = (await world.call(await world.as([]), method, filled(path))).status;
      if (declared.kind === 'right' && nothing !== 403) wrong.push(`no role ${method} ${path}: ${nothing}`);
      const setup = (await world.call(await world.as(Object.keys(roles.roles), 'all', 'setup'), method, filled(path))).status;
      if (declared.kind !== 'setup' && setup !== 403) wrong.push(`setup ${method} ${path}: ${setup}`);
      if (declared.kind !== 'right') continue;
      for (const [role, token] of tokens) {
        const { status } = await world.call(token, method, filled(path), method === 'GET' ? undefined : {});
        const may = roles.roles[role]!.rights.includes(declared.right);
        if (may === (status === 403 || status === 401)) wrong.push(`${role} ${method} ${path} (${declared.right}): ${status}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('refuses a handler that declares nothing to whoever has every right', async () => {
    class Forgotten {
      forgotten(): void {}
    }
    const everybody = { authenticate: async () => ({ actor: { rights: new Set(Object.keys(RIGHTS)) }, credential: '' }) };
    const guard = new AccessGuard(new Reflector(), everybody as never, world.access.site);
    const request = { method: 'GET', headers: {}, socket: { remoteAddress: '127.0.0.1' } };
    const context = {
      getType: () => 'http',
      getHandler: () => Forgotten.prototype.forgotten,
      getClass: () => Forgotten,
      switchToHttp: () => ({ getRequest: () => request }),
    };
    await expect(guard.canActivate(context as never)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('is not got around by another spelling of a path', async () => {
    const viewer = await world.as(['viewer']);
    for (const path of [
      '/api/%61ccounts',
      '/API/accounts',
      '/api/accounts/',
      '//api/accounts',
      '/api/./accounts',
      '/api/messages/..%2faccounts',
    ]) {
      const { status, body } = await world.call(viewer, 'GET', path);
      expect({ path, seen: [403, 404].includes(status), accounts: (body as { accounts?: unknown }).accounts }).toEqual({
        path,
        seen: true,
      });
    }
  });

  it('finds nothing of other partners, by any id, and says the same as of an id that does not exist', async () => {
    const [theirs, ours] = [inboxRow({ link: 'nsw', sender: 'NSW' }), inboxRow({ link: 'keg', sender: 'KEG' })];
    const onward = outboxRow({ link: 'keg', source: { sender: 'NSW', messageId: theirs.messageId } });
    await world.store.commit(batch({ inbox: [theirs, ours], outbox: [onward] }));
    const keg = await world.as(['approver'], ['KEG']);
    const all = await world.as(['approver']);
    const nobody = await world.as(['approver'], []);
    const paths = routes.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/messages/:')).map(({ path }) => path);
    for (const path of paths) {
      const at = (id: string) => path.replace(/:\w+/, encodeURIComponent(id));
      const [missing, hidden, none] = [
        await world.call(keg, 'GET', at('01890a5d-0000-774b-bcce-b302099a8057')),
        await world.call(keg, 'GET', at(theirs.messageId)),
        await world.call(nobody, 'GET', at(ours.messageId)),
      ];
      expect([path, hidden.status, none.status]).toEqual([path, missing.status, missing.status]);
      expect(hidden.body).toEqual(missing.body);
    }
    expect((await world.call(keg, 'GET', `/api/messages/${ours.messageId}`)).status).toBe(200);
    expect((await world.call(all, 'GET', `/api/messages/${theirs.messageId}`)).status).toBe(200);
    const related = (await world.call(keg, 'GET', `/api/messages/${onward.messageId}`)).body as { messages: { related: unknown[] }[] };
    expect(related.messages[0]?.related).toEqual([]);
    const lists = routes.filter(({ method, path }) => method === 'GET' && path.startsWith('/api/') && !path.includes(':'));
    for (const { path } of lists) {
      const { body } = await world.call(keg, 'GET', path);
      expect([path, JSON.stringify(body).includes(theirs.messageId)]).toEqual([path, false]);
    }
    expect(JSON.stringify((await world.call(keg, 'GET', '/api/messages')).body)).toContain(ours.messageId);
  });

  it('tells where a declaration stands by the highest rank, and of each partner only what that partner told', async () => {
    const told = (sender: string, code: string, minute: number) =>
      noticeRow({ sender, code, subject: 'declaration:I2026-1', receivedAt: new Date(Date.UTC(2026, 2, 14, 1, minute)) });
    const notices = [told('NSW', '3', 1), told('NSW', '7', 2), told('NSW', '5', 3), told('KEG', '9', 4)];
    await world.store.commit(batch({ notices }));
    const path = '/api/declarations/I2026-1';
    const codes = (rows: { code: string }[]) => rows.map(({ code }) => code);
    const all = (await world.call(await world.as(['viewer']), 'GET', path)).body;
    expect([codes(all.states), codes(all.notices)]).toEqual([['9'], ['9', '5', '7', '3']]);
    expect(all.notices[0]).not.toHaveProperty('subject');
    const ofNsw = (await world.call(await world.as(['viewer'], ['NSW']), 'GET', path)).body;
    expect([codes(ofNsw.states), codes(ofNsw.notices)]).toEqual([['7'], ['5', '7', '3']]);
    const missing = await world.call(await world.as(['viewer']), 'GET', '/api/declarations/I2026-2');
    const hidden = await world.call(await world.as(['viewer'], ['LSW']), 'GET', path);
    expect([hidden.status, hidden.body]).toEqual([404, missing.body]);
  });
});
