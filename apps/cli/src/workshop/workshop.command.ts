import type { Command } from 'commander';
import { byteCount, collect, common, lazily } from '../command.ts';

/** The format workshop; it needs no gateway. */
export function registerWorkshop(program: Command): void {
  program.commandsGroup('Formats:');
  const command = program
    .command('workshop')
    .summary("read a partner's samples and propose a mapping overlay")
    .description(
      'Reads 10 to 50 samples of a partner, says format, type, version and encoding of each and what is wrong with it, lists codes that no ' +
        'code list knows and elements that no mapping reads, and proposes an overlay on the nearest standard mapping. Each proposal says why. ' +
        'What the samples do not decide waits for --agree; codes are never guessed. Nothing is written but with --out. Exit 2 while a sample is not valid.',
    )
    .argument('<path...>', 'samples, or folders of them')
    .option(
      '--for <party>',
      'key of the partner: names the overlay and its code lists; its links say which encodings were agreed',
      'partner',
    )
    .option('--from <base>', 'mapping to extend, whatever the samples look like: its id or a short unique name')
    .option('--accept <encoding>', 'encoding agreed for documents that declare none; repeatable', collect)
    .option('--agree <id>', 'take over a proposal that needs a decision, by its id; repeatable', collect)
    .option('--out <folder>', 'write the overlays to FOLDER/mappings and the code lists to FOLDER/codelists')
    .option('--check <overlay>', 'judge the samples by this edited overlay: its file, or the folder that --out wrote')
    .option('--max-bytes <n>', 'refuse larger samples; K, M and G are understood', byteCount);
  common(command, 'print {samples, groups:[{base, proposals, codeGaps, unmapped, overlay, left, checks}]}, or {checks} with --check', [
    ['landbridge workshop samples --for KEG', 'what is in the samples, and what an overlay would say'],
    ['landbridge workshop samples --for KEG --agree relax:Manifest/Head/SenderID --out draft', 'decide, and write the files'],
    ['landbridge workshop samples --check draft', 'after editing: each sample, and what differs from the base'],
  ]).action(lazily(async () => (await import('./workshop.ts')).workshop));
}
