import { MESSAGE_TYPES, type CanonicalOf } from '#model';
import { project } from './index.ts';

type Response = CanonicalOf<'DeclarationResponse'>;
const notice = (value: string, over: Partial<Response> = {}): Response => ({
  model: 'landbridge/1',
  type: 'DeclarationResponse',
  header: { messageId: 'DEC_RESULT-1', functionCode: { value: '11', listId: 'UN-1225' }, senderId: 'NSW' },
  kind: 'status',
  declarationId: '999920261000000001',
  status: { code: { value, listId: 'CN-DeclarationChannel' }, text: '放行' },
  noticeDateTime: '2026-03-14T14:40:43+08:00',
  customsOffice: { id: { value: '9999', listId: 'CN-CustomsOffice' } },
  ...over,
});
const statuses = (response: Response) => project('declarationStatus', response) as CanonicalOf<'ClearanceStatus'>[];

describe('a notice about a declaration as a clearance status', () => {
  it.each([
    ['L', '02'],
    ['E', '03'],
    ['C', '05'],
    ['P', '08'],
    ['R', '09'],
    ['D', '10'],
    ['T', '13'],
  ])('%s is %s', (value, expected) => {
    const [status, ...more] = statuses(notice(value));
    expect(more).toEqual([]);
    expect(status).toMatchObject({
      statusCode: { value: expected, listId: 'WCO-ResponseFunction' },
      nationalStatusCode: { value, listId: 'CN-DeclarationChannel' },
      statusText: '放行',
      declarationId: { id: '999920261000000001' },
      occurrenceDateTime: '2026-03-14T14:40:43+08:00',
      customsOffice: { id: { value: '9999' } },
      header: { refToMessageId: 'DEC_RESULT-1', senderId: 'NSW' },
    });
    expect(MESSAGE_TYPES.ClearanceStatus.safeParse(status).error).toBeUndefined();
  });
  it.each(['7', 'J', 'B', 'SpK', '?'])('%s stays what it is', (value) =>
    expect(statuses(notice(value))[0]?.statusCode).toEqual({ value, listId: 'CN-DeclarationChannel' }),
  );
  it('has one number, however often it is made', () =>
    expect(statuses(notice('P'))[0]?.header.messageId).toBe(statuses(notice('P'))[0]?.header.messageId));
  it('is none where the platform or the client speaks', () => {
    expect(statuses(notice('0', { kind: 'import' }))).toEqual([]);
    expect(statuses(notice('C134', { kind: 'failure' }))).toEqual([]);
  });
});
