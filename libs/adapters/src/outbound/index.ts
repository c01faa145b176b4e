export { guardedPost, isCallable, PostFailure, type GuardedPost, type PostAnswer } from './guarded-post.ts';
export { OutboundGuard } from './outbound-guard.ts';
