/** Formats of the corridor that are named in public and laid out nowhere we know of. They are neither read nor written. */
export interface NamedFormat {
  readonly names: string;
  readonly what: string;
  /** What is missing before it can be mapped. */
  readonly missing: string;
}

export const KNOWN_BY_NAME: readonly NamedFormat[] = [
  {
    names: 'MADEIM, MADEEX, MALOSH, MATASH',
    what: 'customs manifest family, in the style of the maritime authority',
    missing: 'everything but the names',
  },
  { names: 'CSM006', what: 'vessel messages of a port', missing: 'its elements; CSM001 to CSM005, CSM007 and CSM301 are mapped' },
  {
    names: 'CODECO, COARRI, COSTCO, COPARN as platform files',
    what: 'container reports and announcements of Chinese ports',
    missing: 'records and fields; the UN/EDIFACT messages CODECO, COARRI and COPRAR are mapped',
  },
  {
    names: 'CTNJJD, IFTIAG, COSCLN, IFTMBF, BAPLIE as platform files',
    what: 'further platform files of Chinese ports: hand-over list, dangerous goods, stowage in numbers',
    missing: 'the fields behind the head; the UN/EDIFACT message BAPLIE is mapped',
  },
  {
    names: '00NCLCONTAINER LIST',
    what: 'export container list of fixed width',
    missing: 'where the fields of records 51 and 53 begin and end',
  },
  {
    names: 'customs.ru albums before 5.22',
    what: 'RailwayBill, PIRWInformationCU and ESADout_CU as older systems write them',
    missing: 'the namespaces of their common parts; a partner that uses them gets an overlay with what its documents show',
  },
  {
    names: 'Rail preliminary information, native form of decision 193',
    what: 'structure of the Eurasian Economic Commission',
    missing: 'namespace and root; the national rendering RWPreliminary is mapped',
  },
  {
    names: 'INVOIC D.97A, segment group 48',
    what: 'between the requirements and the totals of a commercial invoice',
    missing: 'its segments, in every copy of the directory that could be read; a message that uses it is reported',
  },
];
