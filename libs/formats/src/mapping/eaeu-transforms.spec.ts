import type { DocumentNode } from '../document.ts';
import { EAEU_TRANSFORMS } from './eaeu-transforms.ts';

const node = (name: string, ...children: DocumentNode[]): DocumentNode => ({ name, children });
const leaf = (name: string, text: string): DocumentNode => ({ name, text, children: [] });
const shape = ({ name, text, children }: DocumentNode): unknown =>
  text === undefined ? { [name]: children.map(shape) } : `${name}=${text}`;
const apply = (transform: string, way: 'read' | 'write', root: DocumentNode) => {
  const changed = EAEU_TRANSFORMS[transform]?.[way]?.(root);
  return changed && shape(changed);
};

describe('dayAndTime', () => {
  it('joins a day and the time right behind it, everywhere, and nothing else', () => {
    const stamp = node('Stamp', leaf('Date', '2026-03-10'), leaf('Time', '09:15:00'));
    expect(apply('dayAndTime', 'read', node('M', stamp, leaf('Date', '2026-03-11'), leaf('Other', 'x'), leaf('Time', '10:00:00')))).toEqual(
      {
        M: [{ Stamp: ['Date=2026-03-10T09:15:00'] }, 'Date=2026-03-11', 'Other=x', 'Time=10:00:00'],
      },
    );
  });
  it('parts them again, with seconds, and leaves a day alone', () =>
    expect(
      apply('dayAndTime', 'write', node('M', leaf('Date', '2026-03-10T09:15+08:00'), leaf('DateExpectedArrival', '2026-03-16'))),
    ).toEqual({
      M: ['Date=2026-03-10', 'Time=09:15:00+08:00', 'DateExpectedArrival=2026-03-16'],
    }));
});

describe('subjectDetails', () => {
  it('calls addresses beyond the first further ones, and back', () => {
    const root = () => node('M', leaf('SubjectAddressDetails', 'a'), leaf('SubjectAddressDetails', 'b'), leaf('x', 'c'));
    expect(apply('subjectDetails', 'read', root())).toEqual({ M: ['SubjectAddressDetails=a', 'FurtherAddressDetails=b', 'x=c'] });
    expect(apply('subjectDetails', 'write', node('M', leaf('FurtherAddressDetails', 'b')))).toEqual({ M: ['SubjectAddressDetails=b'] });
  });
  it('makes one channel of each number', () =>
    expect(
      apply(
        'subjectDetails',
        'read',
        node(
          'M',
          node(
            'CommunicationDetails',
            leaf('CommunicationChannelCode', 'TE'),
            leaf('CommunicationChannelId', '1'),
            leaf('CommunicationChannelId', '2'),
          ),
        ),
      ),
    ).toEqual({
      M: ['1', '2'].map((number) => ({ CommunicationDetails: ['CommunicationChannelCode=TE', `CommunicationChannelId=${number}`] })),
    }));
});
