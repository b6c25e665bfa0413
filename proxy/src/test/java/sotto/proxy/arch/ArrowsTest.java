package sotto.proxy.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Who may import whom, and what may not be written where. */
@AnalyzeClasses(
        packages = "sotto",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArrowsTest.NoTestJars.class})
final class ArrowsTest {
    private static final int MOST_CLASSES_A_PACKAGE = 30;

    /** What pci's tests lend to proxy's: a directory in {@code mvn test}, a jar in {@code mvn verify}. */
    static final class NoTestJars implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("-tests.jar");
        }
    }

    @ArchTest
    static final ArchRule MEDIA_STANDS_ALONE =
            noClasses().that().resideInAPackage("sotto.media..").should().dependOnClassesThat(ours("sotto.media.."));

    @ArchTest
    static final ArchRule CARD_PLANE_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("sotto.pci..")
            .should()
            .dependOnClassesThat(ours("sotto.pci.."))
            .because("it is audited alone");

    @ArchTest
    static final ArchRule ONLY_APP_SEES_ALL = noClasses()
            .that()
            .resideInAnyPackage(
                    "sotto.proxy.b2bua..",
                    "sotto.proxy.sip..",
                    "sotto.proxy.sdp..",
                    "sotto.proxy.trunk..",
                    "sotto.proxy.location..",
                    "sotto.proxy.guard..",
                    "sotto.proxy.config..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("sotto.proxy.app..", "sotto.proxy.api..", "sotto.proxy.demo..", "sotto.proxy.cdr..");

    @ArchTest
    static final ArchRule RECORDS_SEE_VIEWS_ONLY = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.cdr..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..")
                    .and(resideOutsideOfPackages(
                            "sotto.proxy.cdr..", "sotto.proxy.b2bua..", "sotto.pci.capture..", "sotto.media.worker..")))
            .because("a record is made of what others show of a call");

    @ArchTest
    static final ArchRule EVIDENCE_SEES_VIEWS_ONLY = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.evidence..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..")
                    .and(resideOutsideOfPackages(
                            "sotto.proxy.evidence..", "sotto.media", "sotto.media.dtmf", "sotto.pci.capture..")))
            .because("it is made of what both planes show of a capture, and neither knows of it");

    @ArchTest
    static final ArchRule ONE_SEAM_TO_THE_DATABASE = noClasses()
            .that()
            .resideOutsideOfPackage("sotto.proxy.cdr..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.sqlite..");

    @ArchTest
    static final ArchRule TWO_JOURNALS = noClasses()
            .that()
            .resideOutsideOfPackages("sotto.proxy.cdr..", "sotto.pci.audit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("net.openhft..");

    @ArchTest
    static final ArchRule SDP_IS_A_LEAF = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.sdp..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto.proxy..").and(resideOutsideOfPackage("sotto.proxy.sdp..")));

    @ArchTest
    static final ArchRule GUARD_IS_A_LEAF = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.guard..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..").and(resideOutsideOfPackage("sotto.proxy.guard..")))
            .because("what it decides must not wait for anything else");

    @ArchTest
    static final ArchRule REALMS_ARE_A_LEAF = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.realm..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..").and(resideOutsideOfPackage("sotto.proxy.realm..")))
            .because("all that is sent asks it for an address");

    @ArchTest
    static final ArchRule LOCATION_KNOWS_NO_CALL = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.location..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..")
                    .and(resideOutsideOfPackages(
                            "sotto.proxy.location..",
                            "sotto.proxy.trunk..",
                            "sotto.proxy.sip..",
                            "sotto.proxy.guard..",
                            "sotto.proxy.realm..",
                            "sotto.proxy.config..")))
            .because("where somebody is reached is asked by calls, and outlives them");

    @ArchTest
    static final ArchRule ONE_SEAM_TO_THE_SIP_STACK = noClasses()
            .that()
            .resideOutsideOfPackage("sotto.proxy.sip..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("gov.nist..", "javax.sip..", "android.gov.nist..");

    @ArchTest
    static final ArchRule WEBSOCKET_KNOWS_NO_PEER = noClasses()
            .that()
            .resideInAPackage("sotto.proxy.sip.ws..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..")
                    .and(resideOutsideOfPackages(
                            "sotto.proxy.sip.ws..",
                            "sotto.proxy.sip.screen..",
                            "sotto.proxy.guard..",
                            "sotto.proxy.config..")))
            .because("it is a transport: who is meant is decided above");

    @ArchTest
    static final ArchRule SOCKETS_OF_NETTY_IN_FEW_PLACES = noClasses()
            .that()
            .resideInAPackage("sotto..")
            .and()
            .resideOutsideOfPackages("sotto.proxy.sip.ws..", "sotto.proxy.dns..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler..");

    @ArchTest
    static final ArchRule SIGNALLING_SEES_NO_CARD = noClasses()
            .that()
            .resideInAnyPackage(
                    "sotto.proxy.sip..",
                    "sotto.proxy.sdp..",
                    "sotto.proxy.b2bua..",
                    "sotto.proxy.trunk..",
                    "sotto.proxy.location..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("sotto.pci.card..", "sotto.pci.psp..");

    @ArchTest
    static final ArchRule CARD_TOUCHED_BY_FEW = classes()
            .that()
            .haveFullyQualifiedName("sotto.pci.card.Card")
            .or()
            .haveFullyQualifiedName("sotto.pci.card.CardDigits")
            .should()
            .onlyHaveDependentClassesThat(
                    resideInAnyPackage("sotto.pci", "sotto.pci.card..", "sotto.pci.capture..", "sotto.pci.psp..")
                            .or(DescribedPredicate.describe(
                                    "the metrics page, which counts what is not wiped",
                                    c -> c.getPackageName().startsWith("sotto.proxy.api"))));

    @ArchTest
    static final ArchRule ADAPTERS_ARE_BLIND_TO_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("sotto.pci.psp.stripe..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("sotto.pci.psp.connector..");

    @ArchTest
    static final ArchRule ADAPTERS_ARE_BLIND_TO_EACH_OTHER_TOO = noClasses()
            .that()
            .resideInAPackage("sotto.pci.psp.connector..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("sotto.pci.psp.stripe..");

    @ArchTest
    static final ArchRule NO_TEXT_IN_THE_CARD_PACKAGE = noClasses()
            .that()
            .resideInAPackage("sotto.pci.card..")
            .should()
            .callConstructorWhere(makesText())
            .orShould()
            .callMethodWhere(makesText())
            .because("no digit is text");

    @ArchTest
    static final ArchRule CARD_GIVES_NO_TEXT = methods()
            .that()
            .areDeclaredInClassesThat()
            .haveFullyQualifiedName("sotto.pci.card.CardDigits")
            .and()
            .doNotHaveName("toString")
            .should()
            .notHaveRawReturnType(String.class)
            .andShould()
            .notHaveRawReturnType(byte[].class)
            .andShould()
            .notHaveRawReturnType(char[].class);

    @ArchTest
    static final ArchRule NO_LOCKS_BELOW_THE_WORKER = noClasses()
            .that()
            .resideInAnyPackage(
                    "sotto.media.path..",
                    "sotto.media.net..",
                    "sotto.media.uring..",
                    "sotto.media.ice..",
                    "sotto.media.rtp..",
                    "sotto.media.rtcp..",
                    "sotto.media.dtmf..",
                    "sotto.media.codec..",
                    "sotto.media.packet..")
            .should()
            .dependOnClassesThat(DescribedPredicate.describe(
                    "are locks",
                    c -> c.getPackageName().startsWith("java.util.concurrent.locks")
                            && !c.isEquivalentTo(LockSupport.class)));

    @ArchTest
    static final ArchRule NO_SYNCHRONIZED_IN_MEDIA = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(
                    "sotto.media.path..",
                    "sotto.media.net..",
                    "sotto.media.ice..",
                    "sotto.media.dtmf..",
                    "sotto.media.rtp..")
            .should()
            .notHaveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule ONE_SEAM_TO_DTLS = noClasses()
            .that()
            .resideOutsideOfPackage("sotto.media.dtls..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.bouncycastle.tls..")
            .because("it blocks where it reads, which no worker may");

    @ArchTest
    static final ArchRule RING_IS_A_LEAF = noClasses()
            .that()
            .resideInAPackage("sotto.media.uring..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("sotto..").and(resideOutsideOfPackage("sotto.media.uring..")))
            .because("it knows the kernel, and nothing of media");

    @ArchTest
    static final ArchRule NO_CYCLES_IN_MEDIA =
            slices().matching("sotto.media.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_IN_PCI =
            slices().matching("sotto.pci.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CYCLES_IN_PROXY =
            slices().matching("sotto.proxy.(*)..").should().beFreeOfCycles();

    @ArchTest
    static void packagesStaySmall(JavaClasses all) {
        Map<String, Long> classesByPackage = all.stream()
                .filter(c -> c.isTopLevelClass() && !c.getSimpleName().equals("package-info"))
                .collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting()));
        assertThat(classesByPackage).isNotEmpty().allSatisfy((name, count) -> assertThat(count)
                .as("classes in " + name)
                .isLessThanOrEqualTo(MOST_CLASSES_A_PACKAGE));
    }

    private static DescribedPredicate<JavaClass> ours(String but) {
        return resideInAnyPackage("sotto..").and(resideOutsideOfPackage(but));
    }

    private static DescribedPredicate<JavaCall<?>> makesText() {
        return DescribedPredicate.describe("makes text", call -> {
            String owner = call.getTargetOwner().getFullName();
            String name = call.getTarget().getName();
            return owner.equals("java.lang.StringBuilder")
                    || (owner.equals("java.lang.String") && (name.equals("valueOf") || name.equals("<init>")))
                    || (owner.equals("java.lang.Integer") && name.equals("toString"));
        });
    }
}
