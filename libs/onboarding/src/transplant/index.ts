export { Bundle, openBundle, sealBundle, type BundledFile } from './bundle.ts';
export { planImport, type Here, type ImportChange, type ImportPlan } from './plan-import.ts';
