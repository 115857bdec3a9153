import eu.europa.esig.dss.detailedreport.jaxb.XmlMessage;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlObjectModification;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.SubIndication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.pades.validation.PDFDocumentValidator;
import eu.europa.esig.dss.pdf.modifications.DefaultPdfDifferencesFinder;
import eu.europa.esig.dss.pdf.pdfbox.PdfBoxDefaultObjectFactory;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.File;
import java.util.ArrayList;
import java.util.List;

/**
 * Dss --trust root.pem FILE… [--trust other.pem FILE…]: what the European Commission's DSS says of signed PDFs (EN 319 102-1, its default
 * policy). It trusts the one root before the file, asks no network, and knows only what is in the file. One line for each signature and for each
 * time-stamp, its parts divided by tabs:
 *
 * <pre>
 * signature   FILE  PAdES-BASELINE-LTA          TOTAL_PASSED                             NAME  findings
 * time-stamp  FILE  DOCUMENT_TIMESTAMP          PASSED                                   NAME  findings
 * signature   FILE  PAdES-BASELINE-B            INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND NAME  findings
 * unreadable  FILE  what DSS could not read
 * </pre>
 *
 * Findings are errors, warnings and later changes of the file for which DSS knows no rule, divided by "; "; empty when it found nothing.
 */
public class Dss {
    record Asked(String trust, String file) {}

    public static void main(String[] args) {
        List<Asked> asked = new ArrayList<>();
        String trust = null;
        for (int at = 0; at < args.length; at++) {
            if (args[at].equals("--trust")) {
                trust = args[++at];
            } else {
                asked.add(new Asked(trust, args[at]));
            }
        }
        // Side by side, told in the order of the question.
        asked.parallelStream().map(Dss::judged).toList().forEach(System.out::print);
    }

    static String judged(Asked asked) {
        StringBuilder said = new StringBuilder();
        try {
            Reports reports = validator(asked).validateDocument();
            SimpleReport report = reports.getSimpleReport();
            for (String id : report.getSignatureIdList()) {
                List<String> findings = new ArrayList<>();
                report.getAdESValidationErrors(id).forEach(message -> findings.add(words(message)));
                report.getAdESValidationWarnings(id).forEach(message -> findings.add(words(message)));
                findings.addAll(undefined(reports.getDiagnosticData().getSignatureById(id)));
                line(said, "signature", asked.file, report.getSignatureFormat(id), verdict(report, id), report.getSignedBy(id), findings);
            }
            for (var stamp : reports.getDiagnosticData().getTimestampList()) {
                var block = reports.getDetailedReport().getXmlTimestampById(stamp.getId());
                var verdict = block.getConclusion();
                List<String> findings = new ArrayList<>();
                verdict.getErrors().forEach(message -> findings.add(words(message)));
                verdict.getWarnings().forEach(message -> findings.add(words(message)));
                line(said, "time-stamp", asked.file, String.valueOf(stamp.getType()), verdict(verdict.getIndication(), verdict.getSubIndication()),
                     report.getProducedBy(stamp.getId()), findings);
            }
        } catch (Exception error) {
            said.append(String.join("\t", "unreadable", asked.file, String.valueOf(error))).append('\n');
        }
        return said.toString();
    }

    static PDFDocumentValidator validator(Asked asked) throws Exception {
        CommonTrustedCertificateSource trusted = new CommonTrustedCertificateSource();
        trusted.addCertificate(DSSUtils.loadCertificate(new File(asked.trust)));
        CommonCertificateVerifier verifier = new CommonCertificateVerifier(true); // no OCSP, CRL or AIA source: no network
        verifier.setTrustedCertSources(trusted);
        // DSS also draws each page before and after and calls a mark that appears in a field laid earlier a "visual difference". That is what a
        // field is for, it is only ever a warning, and drawing takes most of the time: the objects are compared, the pictures are not.
        DefaultPdfDifferencesFinder differences = new DefaultPdfDifferencesFinder();
        differences.setMaximalPagesAmountForVisualComparison(0);
        PdfBoxDefaultObjectFactory factory = new PdfBoxDefaultObjectFactory();
        factory.setPdfDifferencesFinder(differences);
        PDFDocumentValidator validator = new PDFDocumentValidator(new FileDocument(asked.file));
        validator.setPdfObjFactory(factory);
        validator.setCertificateVerifier(verifier);
        return validator;
    }

    static List<String> undefined(SignatureWrapper signature) {
        List<String> found = new ArrayList<>();
        for (XmlObjectModification change : signature.getPdfUndefinedChanges()) {
            found.add(change.getAction() + " " + change.getValue());
        }
        return found;
    }

    static String verdict(SimpleReport report, String id) {
        return verdict(report.getIndication(id), report.getSubIndication(id));
    }

    static String verdict(Indication indication, SubIndication sub) {
        return sub == null ? String.valueOf(indication) : indication + "/" + sub;
    }

    static String words(Message message) {
        return message.getKey() + " " + message.getValue();
    }

    static String words(XmlMessage message) {
        return message.getKey() + " " + message.getValue();
    }

    static void line(StringBuilder said, String kind, String file, Object level, String verdict, String who, List<String> findings) {
        String told = String.join("; ", findings).replaceAll("\\s+", " ");
        said.append(String.join("\t", kind, file, String.valueOf(level), verdict, String.valueOf(who), told)).append('\n');
    }
}
