package sotto.pci.card;

import java.time.Clock;
import java.time.YearMonth;
import java.util.OptionalInt;

/** What makes a field right (ISO/IEC 7812-1 for the number). Reads digits in place, copies none. */
public final class CardRules {
    /** Longest card number. */
    public static final int MOST_NUMBER_DIGITS = 19;
    /** MMYY. */
    public static final int EXPIRY_DIGITS = 4;
    /** Longest security code. */
    public static final int MOST_CODE_DIGITS = 4;
    /** Longest postal code that can be keyed. */
    public static final int MOST_POSTAL_DIGITS = 10;

    private static final int BRAND_DIGITS = 4; // no range of ISO/IEC 7812 below needs more
    private static final int MOST_YEARS_AHEAD = 20;

    private CardRules() {}

    /** The card type, once the digits so far leave no other. */
    public static CardBrand brand(CardDigits number) {
        int count = Math.min(number.count(), BRAND_DIGITS);
        int low = 0;
        int open = 1; // how many prefixes may still come of it
        for (int i = 0; i < BRAND_DIGITS; i++) {
            low = 10 * low + (i < count ? number.at(i) : 0);
            open *= i < count ? 1 : 10;
        }
        CardBrand brand = brand(low);
        for (int prefix = low + 1; prefix < low + open; prefix++) {
            if (brand(prefix) != brand) {
                return CardBrand.UNKNOWN;
            }
        }
        return brand;
    }

    private static CardBrand brand(int four) {
        int two = four / 100;
        int three = four / 10;
        if (two / 10 == 4) {
            return CardBrand.VISA;
        } else if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
            return CardBrand.MASTERCARD;
        } else if (two == 34 || two == 37) {
            return CardBrand.AMEX;
        } else if (four == 6011 || two == 65 || (three >= 644 && three <= 649)) {
            return CardBrand.DISCOVER;
        } else if (four >= 3528 && four <= 3589) {
            return CardBrand.JCB;
        } else if ((three >= 300 && three <= 305) || three == 309 || two == 36 || two == 38 || two == 39) {
            return CardBrand.DINERS_CLUB;
        } else if (two == 62 || two == 81) {
            return CardBrand.UNIONPAY;
        } else if (two == 50 || (two >= 56 && two <= 58) || (two >= 60 && two <= 69)) {
            return CardBrand.MAESTRO;
        }
        return CardBrand.UNKNOWN;
    }

    /** True where the check digit is right (ISO/IEC 7812-1 annex B). */
    public static boolean passesLuhn(CardDigits number) {
        int sum = 0;
        for (int i = 0; i < number.count(); i++) {
            int digit = number.at(number.count() - 1 - i);
            int weighted = i % 2 == 0 ? digit : 2 * digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return number.count() > 0 && sum % 10 == 0;
    }

    /** True for a number of a length that its type has, with its check digit right. */
    public static boolean isNumber(CardDigits number) {
        return brand(number).hasLength(number.count()) && passesLuhn(number);
    }

    /** True where no further digit could belong to this number. */
    public static boolean isWholeNumber(CardDigits number) {
        return number.count() == MOST_NUMBER_DIGITS
                || (number.count() == brand(number).usualLength() && passesLuhn(number));
    }

    /** True for a month that is not over, MMYY. */
    public static boolean isExpiry(CardDigits expiry, Clock clock) {
        if (expiry.count() != EXPIRY_DIGITS) {
            return false;
        }
        int month = 10 * expiry.at(0) + expiry.at(1);
        int year = 2000 + 10 * expiry.at(2) + expiry.at(3);
        if (month < 1 || month > 12) {
            return false;
        }
        YearMonth now = YearMonth.now(clock);
        YearMonth end = YearMonth.of(year, month);
        return !end.isBefore(now) && !end.isAfter(now.plusYears(MOST_YEARS_AHEAD));
    }

    /** The last four of a valid number, 0 to 9999; empty for any other. */
    public static OptionalInt lastFour(CardDigits number) {
        if (!isNumber(number)) {
            return OptionalInt.empty();
        }
        int four = 0;
        for (int i = number.count() - 4; i < number.count(); i++) {
            four = 10 * four + number.at(i);
        }
        return OptionalInt.of(four);
    }
}
