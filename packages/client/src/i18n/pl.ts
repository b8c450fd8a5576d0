import type { Messages } from './messages.ts'

export const pl = {
  locale: 'pl',
  direction: 'ltr',
  title: {
    enroll: 'Skonfiguruj logowanie twarzą',
    authenticate: 'Zaloguj się twarzą',
    liveness: 'Potwierdź swoją obecność',
    age_verify: 'Sprawdź swój wiek',
  },
  action: {
    close: 'Zamknij',
    cancel: 'Anuluj',
    accept: 'Zgadzam się',
    decline: 'Nie, dziękuję',
    again: 'Spróbuj ponownie',
    finish: 'Gotowe',
    confirm: 'Dalej',
    skip: 'Dalej bez kodu PIN',
    showPin: 'Pokaż PIN',
    hidePin: 'Ukryj PIN',
    chooseCamera: 'Kamera',
    switchCamera: 'Zmień kamerę',
    start: 'Rozpocznij',
    deleteDigit: 'Usuń ostatnią cyfrę',
  },
  preparing: {
    title: 'Przygotowywanie',
    session: 'Łączenie…',
    models: 'Wczytywanie rozpoznawania twarzy. Zostanie zachowane na następny raz.',
    bytes: '{loaded} z {total}',
    runtime: 'Uruchamianie rozpoznawania twarzy…',
    progress: 'Wczytywanie',
  },
  consent: {
    title: 'Zanim spojrzymy na Twoją twarz',
    lead: '{application} chce rozpoznawać Cię po twarzy. Decyzja należy do Ciebie.',
    points: [
      {
        title: 'Co jest obliczane',
        text: 'Ta przeglądarka patrzy przez kamerę na Twoją twarz i zamienia ją w listę liczb, czyli wzorzec twarzy.',
      },
      {
        title: 'Co opuszcza to urządzenie',
        text: 'Wysyłane są wzorce twarzy i kilka pomiarów, takich jak światło i położenie. Żadne zdjęcie ani nagranie nie opuszcza tego urządzenia.',
      },
      {
        title: 'Kto go przechowuje',
        text: '{application} przechowuje wzorzec, aby Cię tu rozpoznawać, i do niczego więcej. Wzorzec to dane osobowe: traktuj go tak jak zdjęcie.',
      },
      {
        title: 'Jak to cofnąć',
        text: 'W każdej chwili możesz zażądać jego usunięcia: skontaktuj się z {application}. Potem Twoja twarz nie będzie już rozpoznawana.',
      },
    ],
    closing: 'Jeśli się zgodzisz, Twoja twarz zostanie teraz jeden raz zarejestrowana.',
    ageGate: {
      title: 'Twój wiek',
      text: 'To urządzenie ocenia na podstawie twarzy, czy masz wymagany wiek. {application} otrzyma tylko odpowiedź „tak” lub „nie”.',
    },
    details: {
      title: 'Twój wiek i płeć',
      text: 'To urządzenie szacuje je na podstawie twarzy, a {application} otrzyma wynik. Oszacowanie może być błędne.',
    },
    purpose: 'Do czego to służy',
    version: 'Wersja {version}',
  },
  intro: {
    title: 'Trzy rzeczy, które pomagają',
    points: [
      'Stań twarzą do światła, nie tyłem',
      'Zdejmij ciemne okulary lub maseczkę',
      'Nikogo innego nie powinno być w kadrze',
    ],
    countdown: 'Do automatycznego startu: {seconds}',
  },
  permission: {
    title: 'Zezwól na kamerę',
    text: 'Przeglądarka pyta, czy ta strona może używać kamery. Wybierz „Zezwól”.',
    privacy: 'Obraz zostaje na tym urządzeniu.',
  },
  guidance: {
    'no-face': 'Umieść twarz w owalu',
    'many-faces': 'Tylko jedna osoba w kadrze',
    closer: 'Przysuń się trochę',
    back: 'Odsuń się trochę',
    left: 'Przesuń się trochę w lewo',
    right: 'Przesuń się trochę w prawo',
    up: 'Przesuń się trochę w górę',
    down: 'Przesuń się trochę w dół',
    'more-light': 'Za ciemno: znajdź więcej światła',
    'less-light': 'Za jasno: znajdź łagodne światło',
    backlight: 'Światło jest za Tobą: odwróć się',
    'look-straight': 'Patrz prosto w ekran',
    'uncover-mouth': 'Zdejmij maseczkę lub odsłoń usta',
    'uncover-eyes': 'Zdejmij ciemne okulary',
    'open-eyes': 'Otwórz oczy',
    'hold-still': 'Nie ruszaj się',
  },
  camera: {
    preview: 'Lustrzany obraz z Twojej kamery',
    plainPreview: 'Obraz z Twojej kamery',
    progress: 'Rejestrowanie',
    intro: 'Kamera jest włączona. Trzymaj urządzenie przed twarzą i wykonuj polecenia.',
    capturing: 'Nie ruszaj się, trwa rejestrowanie',
    local: 'Obraz zostaje na tym urządzeniu',
  },
  active: {
    actions: {
      turn_left: 'Obróć głowę w lewo',
      turn_right: 'Obróć głowę w prawo',
      blink: 'Zamknij na chwilę oczy',
      come_closer: 'Przysuń się do ekranu',
      hold: 'Pozostań tak przez chwilę',
    },
    step: 'Krok {step} z {steps}',
    holdInstead: 'Dalej bez ruchu',
    stepDone: 'Zrobione',
  },
  pictures: {
    title: 'Zdjęcia zostaną wysłane',
    leaves:
      'Wysyłane są wzorce twarzy i kilka pomiarów, takich jak światło i położenie. Wysyłanych jest też kilka małych zdjęć Twojej twarzy: serwer ogląda je w pamięci, aby sprawdzić, że naprawdę tu jesteś, i ich nie zachowuje.',
    colours:
      'Ekran kilka razy zmieni kolor, aby oświetlić Twoją twarz. Jeśli zmiany kolorów mogą Ci zaszkodzić, na przykład przy padaczce fotogennej, wybierz sposób bez nich.',
    brightness: 'Najlepiej działa z dala od jasnego światła, przy pełnej jasności ekranu.',
    withoutColours: 'Bez zmiany kolorów',
    withoutMotion: 'Bez obracania głowy',
    privacy: 'Zdjęcia są wysyłane, ale nie zapisywane',
    flash: 'Patrz dalej na ekran',
    up: 'Unieś lekko głowę',
    down: 'Opuść lekko głowę',
    perhaps: {
      title: 'Zdjęcia mogą zostać wysłane',
      leaves:
        'Wysyłane są wzorce twarzy i kilka pomiarów, takich jak światło i położenie. Co jakiś czas, losowo, serwer prosi też o kilka małych zdjęć Twojej twarzy: ogląda je w pamięci, aby sprawdzić, że naprawdę tu jesteś, i ich nie zachowuje.',
      privacy: 'Zdjęcia bywają wysyłane, nie zapisywane',
    },
  },
  deciding: {
    title: 'Chwileczkę',
    enroll: 'Kamera jest wyłączona. Zapisywanie wzorca twarzy…',
    authenticate: 'Kamera jest wyłączona. Sprawdzanie…',
    liveness: 'Kamera jest wyłączona. Sprawdzanie…',
    age_verify: 'Kamera jest wyłączona. Sprawdzanie…',
  },
  pin: {
    newTitle: 'Wybierz kod PIN',
    newText: 'Przyda się, gdy sama twarz nie wystarczy.',
    askTitle: 'Wpisz kod PIN',
    askText: 'Tym razem sama twarz nie wystarczy.',
    label: 'Kod PIN',
    hint: 'Od 4 do 16 cyfr',
    pad: 'Cyfry',
    wrong: 'Ten kod PIN jest nieprawidłowy.',
    format: 'Kod PIN składa się wyłącznie z 4–16 cyfr.',
    weak: 'Ten kod PIN zbyt łatwo odgadnąć. Unikaj ciągów i powtarzających się cyfr.',
    notUnique: 'Wybierz inny kod PIN.',
    typed: 'Wpisane cyfry: {digits}',
    triesLeft: {
      one: 'Pozostała {count} próba',
      few: 'Pozostały {count} próby',
      many: 'Pozostało {count} prób',
      other: 'Pozostało {count} próby',
    },
  },
  retry: {
    'not-clear': {
      title: 'Obraz nie był wystarczająco wyraźny',
      advice: 'Stań twarzą do światła, zdejmij okulary przeciwsłoneczne lub maseczkę i spróbuj ponownie.',
    },
    expired: { title: 'To trwało zbyt długo', advice: 'Nic się nie stało. Spróbuj jeszcze raz.' },
  },
  done: {
    enroll: { title: 'Wszystko gotowe', text: 'Następnym razem możesz zalogować się twarzą.' },
    authenticate: { title: 'Witaj ponownie', text: 'Rozpoznaliśmy Twoją twarz.' },
    liveness: { title: 'Dziękujemy', text: 'To wygląda na prawdziwą twarz.' },
    age_verify: { title: 'Dziękujemy', text: 'To urządzenie oszacowało Twój wiek. Oszacowanie może być błędne.' },
  },
  failure: {
    'no-face': {
      title: 'Nie widzimy Twojej twarzy',
      advice: 'Sprawdź, czy nic nie zasłania kamery, spójrz w nią w dobrym świetle i spróbuj ponownie.',
    },
    'many-faces': {
      title: 'Więcej niż jedna twarz',
      advice: 'Upewnij się, że w kadrze nie ma nikogo innego, i spróbuj ponownie.',
    },
    'poor-view': {
      title: 'Obraz nie był wystarczająco dobry',
      advice: 'Przysuń się, stań twarzą do światła, zdejmij okulary przeciwsłoneczne lub maseczkę i spróbuj ponownie.',
    },
    spoof: {
      title: 'To nie wygląda na prawdziwą twarz',
      advice:
        'Stań przed kamerą osobiście, bez zdjęcia ani ekranu. Unikaj odbić i mocnego światła z tyłu, a potem spróbuj ponownie.',
    },
    'camera-denied': {
      title: 'Kamera jest zablokowana',
      advice:
        'Zezwól tej witrynie na kamerę na pasku adresu lub w ustawieniach przeglądarki, a potem spróbuj ponownie.',
    },
    'camera-missing': {
      title: 'Nie znaleziono kamery',
      advice: 'Podłącz kamerę lub użyj urządzenia, które ją ma, a potem spróbuj ponownie.',
    },
    'camera-busy': {
      title: 'Kamera jest w użyciu',
      advice: 'Zamknij inne programy lub karty, które używają kamery, a potem spróbuj ponownie.',
    },
    'camera-lost': {
      title: 'Kamera przestała działać',
      advice: 'Sprawdź, czy jest nadal podłączona, a potem spróbuj ponownie.',
    },
    'insecure-page': {
      title: 'Ta strona nie może używać kamery',
      advice: 'Kamera wymaga bezpiecznego adresu. Otwórz tę stronę z https:// na początku.',
    },
    'browser-unsupported': {
      title: 'Ta przeglądarka tego nie potrafi',
      advice: 'Użyj aktualnej wersji Chrome, Edge, Firefox lub Safari albo zaloguj się w inny sposób.',
    },
    'consent-declined': {
      title: 'Nie zarejestrowano twarzy',
      advice: 'W porządku: bez Twojej zgody nic nie jest przechowywane. Możesz zalogować się w inny sposób.',
    },
    'server-slow': {
      title: 'Serwer nie odpowiedział',
      advice: 'Sprawdź połączenie i spróbuj ponownie za chwilę.',
    },
    cancelled: { title: 'Anulowano', advice: 'Nic nie zapisano. Możesz zacząć od nowa w każdej chwili.' },
    'in-progress': { title: 'Już otwarte', advice: 'Najpierw dokończ lub zamknij drugie logowanie twarzą.' },
    network: { title: 'Brak połączenia', advice: 'Sprawdź połączenie z internetem i spróbuj ponownie.' },
    'site-fault': {
      title: 'Ta witryna nie jest do tego przygotowana',
      advice: 'To nie Twoja wina. Zaloguj się w inny sposób i powiadom witrynę: pomoże w tym poniższy kod.',
    },
    origin: {
      title: 'Niedozwolone pod tym adresem',
      advice: 'Właściciel tej witryny musi najpierw dopuścić jej adres. Zaloguj się w inny sposób.',
    },
    'too-many': { title: 'Zbyt wiele prób', advice: 'Odczekaj kilka minut lub zaloguj się w inny sposób.' },
    expired: { title: 'Czas minął', advice: 'Nic nie zapisano. Zacznij od nowa.' },
    'server-fault': {
      title: 'Coś poszło nie tak na serwerze',
      advice: 'To nie Twoja wina. Spróbuj ponownie za chwilę lub zaloguj się w inny sposób.',
    },
    busy: { title: 'Teraz jest bardzo duży ruch', advice: 'Poczekaj chwilę i spróbuj ponownie.' },
    crashed: {
      title: 'Coś poszło nie tak',
      advice: 'Spróbuj ponownie. Jeśli problem wróci, odśwież stronę.',
    },
    'storage-full': { title: 'Brak miejsca', advice: 'Zwolnij miejsce na tym urządzeniu, a potem odśwież stronę.' },
    'not-recognised': {
      title: 'Nie rozpoznano Twojej twarzy',
      advice:
        'Stań twarzą do światła i spróbuj ponownie. Jeśli logowanie twarzą nie jest tu jeszcze skonfigurowane, zrób to najpierw lub zaloguj się w inny sposób.',
    },
    'unknown-device': {
      title: 'To urządzenie nie jest tu znane',
      advice: 'Użyj urządzenia, na którym już się tu logowano, albo poproś witrynę o dopuszczenie tego.',
    },
    duplicate: {
      title: 'Ta twarz jest już zarejestrowana',
      advice: 'Nie trzeba tu nic robić: po prostu zaloguj się twarzą.',
    },
    mismatch: {
      title: 'Ujęcia do siebie nie pasują',
      advice: 'Przed kamerą do końca musi pozostać ta sama osoba. Spróbuj ponownie.',
    },
    'pin-wrong': {
      title: 'Kod PIN był nieprawidłowy',
      advice: 'Odczekaj trochę, zanim spróbujesz ponownie, lub zaloguj się w inny sposób.',
    },
    'pin-not-unique': {
      title: 'Nie można użyć tego kodu PIN',
      advice: 'Zacznij od nowa i wybierz inny kod PIN.',
    },
    country: {
      title: 'Niedostępne w Twoim kraju',
      advice: 'Zaloguj się w inny sposób lub zapytaj właściciela tej witryny.',
    },
    minor: {
      title: 'Wyglądasz na zbyt młodą osobę',
      advice:
        'To oszacowanie na podstawie twarzy i może być błędne. Zaloguj się w inny sposób albo zapytaj właściciela witryny.',
    },
    quota: {
      title: 'Nie można dodać kolejnych osób',
      advice: 'Ta witryna osiągnęła swój limit. Zaloguj się w inny sposób i powiadom witrynę.',
    },
  },
} as const satisfies Messages
