import type { ConsentText } from '@mien/shared/api/consent-text'

/** An application's own consent text: lines that become paragraphs, blank ones that do not, long enough to scroll. */
export const terms: ConsentText = {
  locale: 'en',
  purpose: 'Signing in at the self-service desks of the library',
  text: [
    'Harbour Library, 1 Quay Street, is responsible for this processing. You can write to privacy@library.example.',
    '',
    'We recognise your face when you stand in front of a desk, so that you need no card. We do nothing else with it.\r',
    'We keep the template for as long as you are a member, and for 30 days after that.',
    '   You may take your agreement back at any desk, or by letter, without giving a reason.   ',
  ].join('\n'),
}

export const termsInArabic: ConsentText = {
  locale: 'ar',
  purpose: 'تسجيل الدخول إلى أجهزة الخدمة الذاتية في المكتبة',
  text: 'نتعرّف على وجهك عندما تقف أمام الجهاز كي لا تحتاج إلى بطاقة.\nيمكنك سحب موافقتك في أي وقت دون إبداء سبب.',
}
