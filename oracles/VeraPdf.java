import java.io.FileInputStream;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** VeraPdf FLAVOUR file…: one line for each file, 1 if one fails. */
public class VeraPdf {
    public static void main(String[] args) throws Exception {
        Logger.getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        boolean good = true;
        for (int at = 1; at < args.length; at++) {
            PDFAFlavour asked = args[0].equals("auto") ? null : PDFAFlavour.byFlavourId(args[0]);
            try (FileInputStream in = new FileInputStream(args[at]);
                 PDFAParser parser = asked == null ? Foundries.defaultInstance().createParser(in)
                                                   : Foundries.defaultInstance().createParser(in, asked)) {
                PDFAFlavour flavour = asked == null ? parser.getFlavour() : asked;
                try (PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, 100, false, false, false)) {
                    ValidationResult result = validator.validate(parser);
                    TreeSet<String> broken = new TreeSet<>();
                    for (TestAssertion assertion : result.getTestAssertions()) {
                        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                            broken.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber() + " " + assertion.getMessage());
                        }
                    }
                    good &= result.isCompliant();
                    System.out.println((result.isCompliant() ? "PASS " : "FAIL ") + args[at] + " " + flavour.getId() + " " + broken);
                }
            } catch (Exception error) {
                good = false;
                System.out.println("FAIL " + args[at] + " " + error);
            }
        }
        System.exit(good ? 0 : 1);
    }
}
