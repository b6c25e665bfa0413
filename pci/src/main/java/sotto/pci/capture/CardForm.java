package sotto.pci.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import sotto.pci.card.Card;
import sotto.pci.card.CardBrand;
import sotto.pci.card.CardDigits;
import sotto.pci.card.CardRules;

/** The fields of one payment, in the order they are asked for. Owns their digits. Guarded by its session. */
final class CardForm implements AutoCloseable {
    private final List<FieldCapture> fields = new ArrayList<>();

    CardForm(List<Field> order) {
        order.forEach(field -> fields.add(new FieldCapture(field)));
    }

    FieldCapture first() {
        return fields.getFirst();
    }

    /** The first that is not right yet. */
    Optional<FieldCapture> next() {
        return fields.stream().filter(field -> !field.isComplete()).findFirst();
    }

    Optional<FieldCapture> field(Field name) {
        return fields.stream().filter(field -> field.field() == name).findFirst();
    }

    /** As far as the number tells. */
    CardBrand brand() {
        return CardRules.brand(number());
    }

    /** Of a number that is, or was, complete. */
    OptionalInt lastFour() {
        return field(Field.PAYMENT_CARD_NUMBER).orElseThrow().lastFour();
    }

    /** The card, for a gateway; its digits are still the form's. */
    Card card() {
        return new Card(
                number(), digits(Field.EXPIRATION_DATE), digits(Field.SECURITY_CODE), digits(Field.POSTAL_CODE));
    }

    /** Empties every field and starts its tries anew. */
    void restart() {
        fields.forEach(FieldCapture::restart);
    }

    /** Wipes the digits; what was seen of them stays. */
    void wipe() {
        fields.forEach(field -> field.digits().clear());
    }

    List<PaymentView.FieldView> views() {
        return fields.stream().map(FieldCapture::view).toList();
    }

    private CardDigits number() {
        return field(Field.PAYMENT_CARD_NUMBER).orElseThrow().digits(); // an order without it is refused
    }

    private @Nullable CardDigits digits(Field name) {
        return field(name).map(FieldCapture::digits).orElse(null);
    }

    @Override
    public void close() {
        fields.forEach(field -> field.digits().close());
    }
}
