package sotto.proxy.stir;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.Base64;
import java.util.Optional;

/** ECDSA on P-256 with SHA-256, the one algorithm of PASSporTs (RFC 7518 §3.4, RFC 8225 §6). Stateless. */
final class Es256 {
    static final String NAME = "ES256";
    static final int SIGNATURE_BYTES = 64; // r and s, 32 octets each

    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();
    private static final ECParameterSpec P_256 = p256();

    private Es256() {}

    private static ECParameterSpec p256() {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("secp256r1"));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** False for a key of another curve or kind. */
    static boolean isOfCurve(Object key) {
        return key instanceof ECKey ec
                && P_256.getCurve().equals(ec.getParams().getCurve())
                && P_256.getGenerator().equals(ec.getParams().getGenerator())
                && P_256.getOrder().equals(ec.getParams().getOrder());
    }

    static String sign(PrivateKey key, String input) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(ALGORITHM);
        signature.initSign(key);
        signature.update(input.getBytes(US_ASCII));
        return TEXT.encodeToString(signature.sign());
    }

    static boolean verify(PublicKey key, String input, byte[] signed) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(key);
            signature.update(input.getBytes(US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // r or s is out of range
        }
    }

    static String encode(byte[] octets) {
        return TEXT.encodeToString(octets);
    }

    /** Strict base64url (RFC 7515 §2): no padding, no blank, and no bit that says nothing. */
    static Optional<byte[]> decode(String text) {
        try {
            byte[] octets = Base64.getUrlDecoder().decode(text);
            return TEXT.encodeToString(octets).equals(text) ? Optional.of(octets) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
