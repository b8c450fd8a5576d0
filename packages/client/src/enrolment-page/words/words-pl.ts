import type { Words } from '../words.ts'

export const pl: Words = {
  opening: 'Otwieranie linku…',
  lead: '{application} zaprasza Cię do logowania się odtąd twarzą. Decyzja należy do Ciebie.',
  points: {
    consent: 'Czytasz, co dzieje się z danymi Twojej twarzy, i decydujesz.',
    pin: 'Wybierasz kod PIN.',
    camera: 'Patrzysz w kamerę przez kilka sekund.',
  },
  until: 'Ten link działa do: {time}.',
  close: 'Możesz już zamknąć tę stronę.',
  fault: 'To nie Twoja wina. Spróbuj później lub powiadom nadawcę linku: pomoże w tym poniższy kod.',
  unknown: {
    title: 'Ten link nie działa',
    advice: 'Otwórz go ponownie z wiadomości lub jeszcze raz zeskanuj kod. Jeśli to nie pomoże, poproś o nowy.',
  },
  expired: {
    title: 'Ten link nie jest już ważny',
    advice: 'Jego czas minął albo było zbyt wiele prób. Poproś o nowy tam, skąd go masz.',
  },
  used: {
    title: 'Ten link został już użyty',
    advice: 'Jeśli to Ty, wszystko gotowe i możesz zamknąć tę stronę. W przeciwnym razie poproś o nowy.',
  },
  otherPurpose: {
    title: 'Ten link służy do czegoś innego',
    advice: 'Nie konfiguruje logowania twarzą. Poproś o inny tam, skąd go masz.',
  },
}
