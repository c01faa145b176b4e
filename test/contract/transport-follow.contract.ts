import { waitFor } from '../support/wait-for.ts';
import { framed, message, recorder, sendUntilTaken, type TransportUnderTest } from './transport-under-test.ts';

/** What was agreed about links changes while the transport runs. */
export function transportFollows(make: () => Promise<TransportUnderTest>): void {
  it('follows: a link begins, is suspended, resumes and ends while it runs, and nothing is lost', async () => {
    const under = await make();
    const { link } = under;
    const transport = await under.transport();
    const partner = await under.partner();
    try {
      const pipeline = recorder();
      const got: string[] = [];
      partner.onFrame(async (frame) => void got.push(frame.subarray(4).toString()));
      await transport.start([], pipeline.receive);
      const item = async (text: string) => under.item({ frame: framed(text) });
      expect((await transport.send(link, [await item('too early')]))[0]).toMatchObject({ sent: false, code: 'LINK_UNREACHABLE' });

      let up = false;
      transport.onUp((id) => (up ||= id === link.id));
      await transport.follow([link]);
      await waitFor(() => transport.condition(link.id) === 'up');
      expect(up).toBe(true);
      await sendUntilTaken(partner, message('Қорғас'));
      await waitFor(() => pipeline.deliveries.length === 1);
      await waitFor(async () => (await transport.send(link, [await item('连云港')]))[0]?.sent === true);
      await waitFor(() => got.includes('连云港'));

      await transport.follow([{ ...link, suspended: true }]);
      const waiting = sendUntilTaken(partner, message('Хоргос'));
      // Whatever a transport would take in, it had time for while its other direction was used.
      await transport.follow([{ ...link, suspended: true }]);
      expect(pipeline.frames()).toEqual(['Қорғас']);
      await transport.follow([link]);
      await waiting;
      await waitFor(() => pipeline.frames().includes('Хоргос'));

      await transport.follow([]);
      expect(transport.condition(link.id)).toBe('down');
      expect((await transport.send(link, [await item('too late')]))[0]).toMatchObject({ sent: false, code: 'LINK_UNREACHABLE' });
      const later = sendUntilTaken(partner, message('意外'));
      expect(pipeline.frames()).not.toContain('意外');
      await transport.follow([link]);
      await later;
      await waitFor(() => pipeline.frames().includes('意外'));
    } finally {
      await partner.close();
      await transport.close();
      await under.close();
    }
  });
}
