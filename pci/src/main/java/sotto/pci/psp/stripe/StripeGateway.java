package sotto.pci.psp.stripe;

import com.stripe.Stripe;
import com.stripe.StripeClient;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.PaymentIntent;
import com.stripe.model.StripeError;
import com.stripe.net.RequestOptions;
import com.stripe.param.PaymentIntentConfirmParams;
import com.stripe.param.PaymentIntentCreateParams;
import com.stripe.param.PaymentIntentSearchParams;
import com.stripe.param.PaymentMethodCreateParams;
import java.io.IOException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import sotto.pci.card.Card;
import sotto.pci.card.CardDigits;
import sotto.pci.psp.Charge;
import sotto.pci.psp.CredentialFile;
import sotto.pci.psp.Gateway;
import sotto.pci.psp.GatewayText;
import sotto.pci.psp.Outcome;
import sotto.pci.psp.SecretHttp;

/**
 * Stripe, through its own SDK; no digit passes the SDK as text, see {@link CardHttpClient}. Thread-safe.
 *
 * <pre>
 *  step                                      in doubt, then
 *  1  payment method: the card               NotSent: nothing is charged by it
 *  2  payment intent, not confirmed          NotSent: nothing is charged by it
 *  3  confirm: mail order/telephone order    Unknown
 * </pre>
 *
 * <p>Step 2 stands alone so that a doubt can be settled without the card and without charging: its request is made of
 * the {@link Charge} only, so to repeat it with its idempotency key gives the same intent, whose state then tells. An
 * intent not charged is cancelled before this says so: a confirmation still on its way cannot charge it any more.
 */
public final class StripeGateway implements Gateway {
    private static final String TRANSACTION = "transaction_id";

    static {
        Stripe.enableTelemetry = false; // timings of earlier requests; the id file is CardHttpClient's matter
    }

    private final StripeSettings settings;
    private final SecretHttp http;

    public StripeGateway(StripeSettings settings) {
        this(settings, SecretHttp.withDefaultTrust());
    }

    /**
     * @param http with the trust to use
     */
    public StripeGateway(StripeSettings settings, SecretHttp http) {
        this.settings = settings;
        this.http = http;
    }

    @Override
    public Outcome take(Card card, Charge charge) {
        if (card.number().count() == 0) {
            return new Outcome.NotSent("the card number has been wiped");
        }
        Placeholders placeholders = new Placeholders();
        StripeClient stripe;
        String method;
        String intent;
        try {
            stripe = client(placeholders);
            method = stripe.v1()
                    .paymentMethods()
                    .create(paymentMethod(card, placeholders), once(charge, "-pm"))
                    .getId();
            if (charge.method() == Charge.Method.TOKENIZE) {
                return token(method);
            }
            intent = stripe.v1()
                    .paymentIntents()
                    .create(paymentIntent(charge), once(charge, "-pi"))
                    .getId();
        } catch (CardException e) {
            return declined(e);
        } catch (StripeException | IOException | RuntimeException e) { // Runtime: the SDK met what it did not expect
            return new Outcome.NotSent(reason(e));
        }
        return confirm(stripe, intent, method, charge);
    }

    @Override
    public Outcome lookUp(Charge charge) {
        if (charge.method() == Charge.Method.TOKENIZE) {
            return new Outcome.NotSent("a payment method charges nothing");
        }
        try {
            StripeClient stripe = client(new Placeholders());
            PaymentIntent created = stripe.v1().paymentIntents().create(paymentIntent(charge), once(charge, "-pi"));
            if (isReplay(created)) {
                return settle(stripe, stripe.v1().paymentIntents().retrieve(created.getId()), charge);
            }
            return settleForgotten(stripe, created, charge);
        } catch (StripeException | IOException | RuntimeException e) {
            return new Outcome.Unknown("cannot ask: " + reason(e));
        }
    }

    @Override
    public void close() {
        // a connection lives no longer than its request
    }

    private static Outcome confirm(StripeClient stripe, String intent, String method, Charge charge) {
        try {
            return outcome(stripe.v1().paymentIntents().confirm(intent, confirmation(method), once(charge, "-confirm")))
                    .orElseGet(() -> new Outcome.Unknown("intent confirmed, but still waits for a card"));
        } catch (CardException e) {
            return declined(e);
        } catch (CardHttpClient.NeverSentException | RateLimitException | AuthenticationException e) {
            return new Outcome.NotSent(reason(e));
        } catch (InvalidRequestException e) {
            boolean moved = "payment_intent_unexpected_state".equals(e.getCode()); // by an earlier confirmation
            return moved ? new Outcome.Unknown(reason(e)) : new Outcome.NotSent(reason(e));
        } catch (StripeException | RuntimeException e) {
            return new Outcome.Unknown(reason(e));
        }
    }

    /** Tells the outcome of a known intent; one that has not charged is cancelled first. */
    private static Outcome settle(StripeClient stripe, PaymentIntent intent, Charge charge) throws StripeException {
        Optional<Outcome> known = outcome(intent);
        if (known.isPresent()) {
            return known.get();
        }
        try {
            stripe.v1().paymentIntents().cancel(intent.getId(), once(charge, "-cancel"));
        } catch (InvalidRequestException e) { // charged in the meantime
            return outcome(stripe.v1().paymentIntents().retrieve(intent.getId()))
                    .orElseGet(() -> new Outcome.Unknown(reason(e)));
        }
        return Optional.ofNullable(intent.getLastPaymentError())
                .map(StripeGateway::declined)
                .orElseGet(() -> new Outcome.NotSent("intent was never charged; it is cancelled now"));
    }

    /**
     * The create request was no replay: it never came before, or its key has been forgotten (Stripe keeps keys for a
     * day at least, and finds an intent by search a minute after it was made).
     */
    private static Outcome settleForgotten(StripeClient stripe, PaymentIntent stray, Charge charge)
            throws StripeException {
        stripe.v1().paymentIntents().cancel(stray.getId(), once(charge, "-cancel"));
        String query = "metadata['" + TRANSACTION + "']:'" + charge.paymentId().replaceAll("[^\\w-]", "") + "'";
        for (PaymentIntent found : stripe.v1()
                .paymentIntents()
                .search(PaymentIntentSearchParams.builder().setQuery(query).build())
                .getData()) {
            if (!found.getId().equals(stray.getId())) {
                return outcome(found).orElseGet(() -> new Outcome.NotSent("an old intent that was never charged"));
            }
        }
        return new Outcome.NotSent("Stripe never saw it");
    }

    /** What an intent's status says; empty where it waits for a card and could still be charged. */
    private static Optional<Outcome> outcome(PaymentIntent intent) {
        String status = Objects.requireNonNullElse(intent.getStatus(), "absent");
        return switch (status) {
            case "succeeded", "requires_capture" -> Optional.of(new Outcome.Approved(intent.getId()));
            case "canceled" ->
                Optional.of(Optional.ofNullable(intent.getLastPaymentError())
                        .map(StripeGateway::declined)
                        .orElseGet(() -> new Outcome.NotSent("intent was cancelled")));
            case "requires_payment_method", "requires_confirmation", "requires_action" -> Optional.empty();
            default -> Optional.of(new Outcome.Unknown("intent is " + GatewayText.plain(status)));
        };
    }

    private static Outcome token(String id) {
        return GatewayText.isReference(id) ? new Outcome.Approved(id) : new Outcome.NotSent("no payment method id");
    }

    private static Outcome declined(CardException e) {
        String code = e.getDeclineCode() != null ? e.getDeclineCode() : e.getCode();
        return new Outcome.Declined(GatewayText.plain(code), GatewayText.plain(e.getUserMessage()));
    }

    private static Outcome declined(StripeError error) {
        String code = error.getDeclineCode() != null ? error.getDeclineCode() : error.getCode();
        return new Outcome.Declined(GatewayText.plain(code), GatewayText.plain(error.getMessage()));
    }

    /** Type, status and Stripe's code; its message only where it is Stripe's own, for the SDK quotes malformed bodies. */
    private static String reason(Exception e) {
        return switch (e) {
            case StripeException s
            when s.getStatusCode() != null ->
                "Stripe answered HTTP " + s.getStatusCode()
                        + Optional.ofNullable(s.getStripeError())
                                .map(error -> ": " + GatewayText.plain(error.getMessage()))
                                .orElse("");
            case StripeException s -> GatewayText.plain(s.getMessage());
            case IOException io -> GatewayText.plain(io.getMessage());
            case IllegalArgumentException refused -> GatewayText.plain(refused.getMessage());
            default -> "answer not understood: " + e.getClass().getSimpleName();
        };
    }

    private static boolean isReplay(PaymentIntent intent) {
        return intent.getLastResponse()
                .headers()
                .firstValue("Idempotent-Replayed")
                .isPresent();
    }

    private StripeClient client(Placeholders placeholders) throws IOException {
        return StripeClient.builder()
                .setApiKey(new CredentialFile(settings.apiKeyFile()).secret())
                .setApiBase(settings.apiBase().toString().replaceFirst("/$", ""))
                .setMaxNetworkRetries(0)
                .setHttpClient(new CardHttpClient(http, placeholders, settings.timeout()))
                .build();
    }

    private static RequestOptions once(Charge charge, String step) {
        return RequestOptions.builder()
                .setIdempotencyKey(charge.idempotencyKey() + step)
                .build();
    }

    private static PaymentMethodCreateParams paymentMethod(Card card, Placeholders placeholders) {
        PaymentMethodCreateParams.CardDetails.Builder details =
                PaymentMethodCreateParams.CardDetails.builder().setNumber(placeholders.of(card.number()));
        held(card.securityCode()).ifPresent(code -> details.setCvc(placeholders.of(code)));
        held(card.expiry()).ifPresent(expiry -> {
            details.putExtraParam("exp_month", placeholders.of(expiry, 0, 2));
            details.putExtraParam("exp_year", "20" + placeholders.of(expiry, 2, 4)); // four digits, MMYY has two
        });
        PaymentMethodCreateParams.Builder method = PaymentMethodCreateParams.builder()
                .setType(PaymentMethodCreateParams.Type.CARD)
                .setCard(details.build());
        held(card.postalCode())
                .ifPresent(code -> method.setBillingDetails(PaymentMethodCreateParams.BillingDetails.builder()
                        .setAddress(PaymentMethodCreateParams.BillingDetails.Address.builder()
                                .setPostalCode(placeholders.of(code))
                                .build())
                        .build()));
        return method.build();
    }

    /** A field that was asked for and has not been wiped since. */
    private static Optional<CardDigits> held(Optional<CardDigits> field) {
        return field.filter(digits -> digits.count() > 0);
    }

    private static PaymentIntentCreateParams paymentIntent(Charge charge) {
        PaymentIntentCreateParams.Builder intent = PaymentIntentCreateParams.builder()
                .setAmount(StripeAmount.of(charge.amountMinor(), charge.currency()))
                .setCurrency(charge.currency().getCurrencyCode().toLowerCase(Locale.ROOT))
                .setCaptureMethod(
                        charge.method() == Charge.Method.AUTHORIZE
                                ? PaymentIntentCreateParams.CaptureMethod.MANUAL
                                : PaymentIntentCreateParams.CaptureMethod.AUTOMATIC)
                .addPaymentMethodType("card")
                .putMetadata(TRANSACTION, charge.paymentId());
        if (!charge.description().isBlank()) { // the API takes an empty text for a deletion
            intent.setDescription(charge.description());
        }
        return intent.build();
    }

    private static PaymentIntentConfirmParams confirmation(String method) {
        return PaymentIntentConfirmParams.builder()
                .setPaymentMethod(method)
                .setErrorOnRequiresAction(true) // nobody on a telephone can answer a challenge
                .setPaymentMethodOptions(PaymentIntentConfirmParams.PaymentMethodOptions.builder()
                        .setCard(PaymentIntentConfirmParams.PaymentMethodOptions.Card.builder()
                                .setMoto(true)
                                .build())
                        .build())
                .build();
    }
}
