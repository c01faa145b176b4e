import { text, type Language, type Text } from '../case.ts';
import type { Verdict } from '../run.ts';

/** Every word of the report that is not of a case. */
export const WORDS = {
  title: text('Conformance report', '一致性测试报告', 'Отчёт о соответствии', 'Сәйкестік есебі'),
  endpoint: text('endpoint', '端点', 'конечная точка', 'соңғы нүкте'),
  suite: text('suite version', '测试套件版本', 'версия набора', 'жинақ нұсқасы'),
  started: text('started', '开始时间', 'начало', 'басталуы'),
  duration: text('duration', '用时', 'длительность', 'ұзақтығы'),
  cases: text('cases', '用例', 'случаи', 'жағдайлар'),
  assertions: text('assertions', '断言', 'проверки', 'тексерулер'),
  verdict: text('verdict', '结论', 'вердикт', 'үкім'),
  purpose: text('purpose', '目的', 'цель', 'мақсаты'),
  given: text('given', '前提', 'дано', 'берілгені'),
  when: text('when', '操作', 'когда', 'қашан'),
  then: text('then', '预期', 'тогда', 'сонда'),
  advice: text('what to do', '处理办法', 'что делать', 'не істеу керек'),
  input: text('input', '输入', 'вход', 'кіріс'),
  expected: text('expected', '期望值', 'ожидалось', 'күтілгені'),
  actual: text('actual', '实际值', 'получено', 'алынғаны'),
  reason: text('reason', '原因', 'причина', 'себебі'),
} satisfies Readonly<Record<string, Text>>;

export const VERDICT_WORDS: Readonly<Record<Verdict, Text>> = {
  passed: text('passed', '通过', 'пройдено', 'өтті'),
  failed: text('failed', '未通过', 'не пройдено', 'өтпеді'),
  'not applicable': text('not applicable', '不适用', 'неприменимо', 'қолданылмайды'),
  'not run': text('not run', '未运行', 'не выполнялось', 'орындалмады'),
};

export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN', ru: 'ru', kk: 'kk' };

/** A text of a story with what makes the case different. */
export const told = (one: Text, what: Text, language: Language): string => one[language].replaceAll('{what}', what[language]);
