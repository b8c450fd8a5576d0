import type { ApplicationSettings } from '@mien/shared/api/applications'
import { activeActions } from '@mien/shared/api/fields'
import { largestIdentifyGallery } from '@mien/shared/policy/threshold'
import type { TemplateModel } from './model.ts'

/** How a new application behaves: the safe choice wherever the drop-in contract leaves one. */
export function defaultSettings(model: TemplateModel, origins: readonly string[]): ApplicationSettings {
  return {
    origins: [...origins],
    prevent_duplicates: true,
    disclose_to_page: true,
    reject_empty_origin: true,
    countries: [],
    consent_required: true,
    policy_version: '1',
    consent_texts: [],
    attributes: 'off',
    minimum_age: 18,
    pad_threshold: model.padThreshold,
    // A sign-in that asks for nothing but a face unless the application wants more.
    pin_enroll: 'off',
    pin_authenticate: 'when_close',
    reject_weak_pins: true,
    unique_pins: false,
    passkeys: 'off',
    reject_obscured: true,
    active_steps: 0,
    active_actions: [...activeActions],
    max_subjects: null,
    max_identify_gallery: largestIdentifyGallery(model.points),
    // NIST SP 800-63B-4 section 3.2.3: five failures in a row before anything gets harder.
    max_tries: 5,
    session_seconds: 15 * 60,
    // Templates alone, until a device has a key: then its signature comes with every sign-in.
    min_assurance_enroll: 'A0',
    min_assurance_authenticate: 'A0',
    page_enroll: true,
    page_authenticate: true,
    device_keys: true,
    new_device: 'second_factor',
    flashes: true,
    spot_check_percent: 0,
    protection: 'rotated',
    // Templates leave the server only where somebody decided that they may.
    offline: 'off',
    offline_max_people: 500,
    offline_drafts: 'check',
    // Data protection law wants an end: a year without a visit, at most three.
    retention_days: 365,
    failed_searches_per_hour: 600,
    retain_images: false,
    refuse_morphs: true,
    review_enrolments: false,
    activation_seconds: 86_400,
    uqudo_strict_delete: true,
    // UFME's own defaults: a spoof score of 0.85, a quality of 0.40, and an upsert.
    ufme_pad_threshold: 0.15,
    ufme_quality_threshold: 0.4,
    ufme_on_existing: 'replace',
  }
}
